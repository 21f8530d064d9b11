-- one row per lead: what the CRM says, what the rules decide and why, what a person
-- decided instead, and what is due next
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    leads_with_work as (select * from {{ ref("leads_with_work") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    stage_outlook as (select * from {{ ref("stage_outlook") }}),

    pain_point_summaries as (select * from {{ ref("pain_point_summaries") }})

select
    decided.lead_id,
    decided.funnel_stage,
    decided.simulated_stage,
    decided.stage_rule,
    decided.stage_reason,
    decided.next_stage,
    decided.next_stage_needs,
    stage_outlook.leaves_stage_for,
    decided.engagement_health,
    decided.health_rule,
    decided.health_reason,
    decided.nurture_track,
    decided.track_rule,
    decided.track_reason,
    decided.effective_stage,
    decided.effective_stage_reason,
    decided.effective_track,
    decided.effective_track_reason,
    decided.owner_team,
    decided.sales_owner,
    decided.effective_owner,
    decided.effective_owner_reason,
    decided.work,
    decided.work_rule,
    decided.work_reason,
    decided.next_step,
    decided.channel,
    decided.source,
    decided.engagement_channel,
    decided.company_size,
    {{ extra_columns_named("decided") }}
    pain_point_summaries.pain_point_summary,
    {{ record_url("decided.lead_id") }} as record_url,
    decided.intent_score,
    decided.intent_source,
    decided.days_since_engaged,
    decided.is_overridden,
    decided.is_late,
    decided.created_at,
    decided.last_engaged,
    decided.last_touched,
    decided.due_on,
    stage_outlook.leaves_stage_on,
    decided.as_of_date
from leads_with_work as decided
left join lead_overrides on decided.lead_id = lead_overrides.lead_id
-- a stage that a person decided does not lapse by itself
left join
    stage_outlook
    on decided.lead_id = stage_outlook.lead_id
    and lead_overrides.stage is null
left join pain_point_summaries on decided.lead_id = pain_point_summaries.lead_id
