-- one row per lead that needs someone: which team, what to do, why, by when, and how
-- urgent it is
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    lead_work as (select * from {{ ref("lead_work") }}),

    leads as (select * from {{ ref("leads") }})

select
    lead_work.lead_id,
    lead_work.owner_team,
    leads.effective_owner as sales_owner,
    lead_work.effective_stage,
    leads.engagement_health,
    leads.effective_track,
    lead_work.work_rule,
    leads.work,
    leads.next_step as what_to_do,
    leads.work_reason as why,
    {{ extra_columns_named("leads") }}
    leads.pain_point_summary,
    leads.record_url,
    leads.channel,
    lead_work.handed_over_from,
    lead_work.list_position,
    lead_work.priority,
    lead_work.signal_points,
    lead_work.fresh_points,
    lead_work.intent_points,
    lead_work.handover_points,
    lead_work.is_late,
    lead_work.waiting_since,
    lead_work.due_on,
    leads.as_of_date
from lead_work
inner join leads on lead_work.lead_id = leads.lead_id
