-- one row per lead: what is decided about it as of this build's day, or that it has
-- left since the last build; none where the build is not remembered
with

    leads as (select * from {{ ref("leads_with_overrides") }}),

    stage_outlook as (select * from {{ ref("stage_outlook") }}),

    lead_changes as (select * from {{ ref("lead_changes") }}),

    current_build as (select * from {{ ref("current_build") }}),

    rules as (

        select max(override_id) as rules_override_id
        from {{ ref("stg_logic_overrides") }}
        where target_kind in ('threshold', 'logic') and is_in_force

    ),

    -- the last word about a lead's stage, which may be that the rules decide it again
    stage_entries as (

        select target as lead_id, override_id
        from {{ ref("stg_logic_overrides") }}
        where field = 'stage' and is_in_force

    ),

    leads_that_left as (select lead_id from lead_changes where change = 'left')

select
    coalesce(leads.lead_id, leads_that_left.lead_id) as lead_id,
    stage_entries.override_id,
    rules.rules_override_id,
    leads.funnel_stage,
    leads.simulated_stage,
    leads.effective_stage,
    leads.stage_rule,
    leads.engagement_health,
    leads.effective_track,
    leads.owner_team,
    leads.sales_owner,
    leads.effective_owner,
    leads.intent_score,
    leads.crm_intent_score,
    leads.last_engaged,
    leads.crm_last_engaged,
    stage_outlook.leaves_stage_on,
    current_build.as_of_date
from leads
full join leads_that_left on leads.lead_id = leads_that_left.lead_id
left join stage_entries on leads.lead_id = stage_entries.lead_id
left join stage_outlook on leads.lead_id = stage_outlook.lead_id
cross join rules
cross join current_build
where current_build.is_remembered
