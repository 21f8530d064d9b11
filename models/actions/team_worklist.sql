-- one row per lead that needs someone: which team, what to do, why, since when, and how
-- urgent it is
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    lead_work as (select * from {{ ref("lead_work") }}),

    leads as (select * from {{ ref("leads") }}),

    decision_rules as (select * from {{ ref("decision_rules_in_force") }})

select
    lead_work.lead_id,
    lead_work.owner_team,
    leads.effective_owner as sales_owner,
    lead_work.effective_stage,
    leads.engagement_health,
    leads.effective_track,
    lead_work.work_rule,
    decision_rules.next_step as what_to_do,
    case
        decision_rules.decision
        when 'stage'
        then leads.effective_stage_reason
        when 'health'
        then leads.health_reason
        when 'track'
        then
            case
                when lead_work.is_taken_back
                then leads.effective_stage_reason
                else leads.effective_track_reason
            end
    end as why,
    {{ extra_columns_named("leads") }}
    leads.pain_point_summary,
    leads.record_url,
    lead_work.handed_over_from,
    lead_work.list_position,
    lead_work.priority,
    lead_work.intent_points,
    lead_work.waiting_points,
    lead_work.handoff_points,
    lead_work.days_waiting,
    lead_work.service_level_days,
    lead_work.handed_over_from is not null as is_handoff,
    lead_work.is_breached,
    lead_work.waiting_since,
    lead_work.due_on,
    leads.as_of_date
from lead_work
inner join leads on lead_work.lead_id = leads.lead_id
left join decision_rules on lead_work.work_rule = decision_rules.rule_id
