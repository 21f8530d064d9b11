-- one row per lead: what the CRM says, what the rules decide and why, and what a person
-- decided instead, and why
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    leads_with_nurture_tracks as (select * from {{ ref("leads_with_nurture_tracks") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    pain_point_summaries as (select * from {{ ref("pain_point_summaries") }})

select
    rules.lead_id,
    rules.funnel_stage,
    rules.simulated_stage,
    rules.stage_rule,
    rules.stage_reason,
    rules.next_stage,
    rules.next_stage_needs,
    rules.engagement_health,
    rules.health_rule,
    rules.health_reason,
    rules.nurture_track,
    rules.track_rule,
    rules.track_reason,
    coalesce(lead_overrides.stage, rules.simulated_stage) as effective_stage,
    {{ effective_reason("stage", "rules.stage_reason") }} as effective_stage_reason,
    coalesce(lead_overrides.track, rules.nurture_track) as effective_track,
    {{ effective_reason("track", "rules.track_reason") }} as effective_track_reason,
    lifecycle_stages.owner_team,
    rules.sales_owner,
    coalesce(lead_overrides.owner, rules.sales_owner) as effective_owner,
    {{ effective_reason("owner", "null") }} as effective_owner_reason,
    rules.source,
    rules.engagement_channel,
    rules.company_size,
    {{ extra_columns_named("rules") }}
    pain_point_summaries.pain_point_summary,
    {{ record_url("rules.lead_id") }} as record_url,
    rules.intent_score,
    rules.days_since_engaged,
    lead_overrides.lead_id is not null as is_overridden,
    rules.created_at,
    rules.last_engaged,
    rules.as_of_date
from leads_with_nurture_tracks as rules
left join lead_overrides on rules.lead_id = lead_overrides.lead_id
left join
    lifecycle_stages
    on coalesce(lead_overrides.stage, rules.simulated_stage) = lifecycle_stages.stage
left join pain_point_summaries on rules.lead_id = pain_point_summaries.lead_id
