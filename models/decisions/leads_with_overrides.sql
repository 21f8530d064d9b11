-- one row per lead: what the rules decide of stage, health and track, what a person
-- decided instead, and the team that owns the stage
with

    leads_with_nurture_tracks as (select * from {{ ref("leads_with_nurture_tracks") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }})

select
    rules.*,
    {{ effective_reason("stage", "rules.stage_reason") }} as effective_stage_reason,
    coalesce(lead_overrides.track, rules.nurture_track) as effective_track,
    {{ effective_reason("track", "rules.track_reason") }} as effective_track_reason,
    coalesce(lead_overrides.owner, rules.sales_owner) as effective_owner,
    {{ effective_reason("owner", "null") }} as effective_owner_reason,
    lifecycle_stages.owner_team,
    lifecycle_stages.outcome as effective_outcome,
    lead_overrides.lead_id is not null as is_overridden,
    coalesce(lead_overrides.stage, lead_overrides.track)
    is not null as is_placed_by_hand
from leads_with_nurture_tracks as rules
left join lead_overrides on rules.lead_id = lead_overrides.lead_id
left join lifecycle_stages on rules.effective_stage = lifecycle_stages.stage
