-- one row per lead: what is decided about it as of this build's day; none in a replay
-- of the ledger, nor where the history has come further than that day: neither may
-- change it
{%- set history = load_relation(last_build("lead_history")) if execute else none %}

with

    leads as (select * from {{ ref("leads") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    rules as (

        select max(override_id) as rules_override_id
        from {{ ref("stg_logic_overrides") }}
        where target_kind in ('threshold', 'logic') and is_in_force

    )

select
    leads.lead_id,
    lead_overrides.stage_override_id as override_id,
    rules.rules_override_id,
    leads.funnel_stage,
    leads.simulated_stage,
    leads.effective_stage,
    leads.stage_rule,
    leads.engagement_health,
    leads.effective_track,
    leads.owner_team,
    leads.effective_owner,
    leads.intent_score,
    leads.last_engaged,
    leads.as_of_date
from leads
left join lead_overrides on leads.lead_id = lead_overrides.lead_id
cross join rules
where
    {{ date_setting("logic_as_of") }} is null
    {%- if history %}
        and leads.as_of_date
        >= (select coalesce(max(valid_from), date '0001-01-01') from {{ history }})
    {%- endif %}
