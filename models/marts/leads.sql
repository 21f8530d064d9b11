-- one row per lead: what the CRM says, what the rules decide and why, and what a person
-- decided instead
with

    leads_with_nurture_tracks as (select * from {{ ref("leads_with_nurture_tracks") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    pain_point_summaries as (select * from {{ ref("pain_point_summaries") }}),

    overrides as (

        select *
        from {{ ref("stg_logic_overrides") }}
        where target_kind = 'lead' and is_in_force

    ),

    overrides_by_lead as (

        select
            target as lead_id,
            max(case when field = 'stage' then new_value end) as stage,
            max(case when field = 'track' then new_value end) as track,
            max(case when field = 'owner' then new_value end) as owner
        from overrides
        group by target

    ),

    newest_override as (

        select overrides.*
        from overrides
        inner join
            (
                select target, max(override_id) as override_id
                from overrides
                group by target
            ) as newest
            on overrides.override_id = newest.override_id

    ),

    combined as (

        select
            leads_with_nurture_tracks.*,
            coalesce(overrides_by_lead.stage, simulated_stage) as effective_stage,
            overrides_by_lead.track as track_override,
            overrides_by_lead.owner as owner_override,
            newest_override.override_id,
            newest_override.reason as override_reason,
            newest_override.logged_by as overridden_by,
            newest_override.logged_at as overridden_at
        from leads_with_nurture_tracks
        left join
            overrides_by_lead
            on leads_with_nurture_tracks.lead_id = overrides_by_lead.lead_id
        left join
            newest_override
            on leads_with_nurture_tracks.lead_id = newest_override.target

    )

select
    combined.lead_id,
    override_id,
    combined.funnel_stage,
    simulated_stage,
    stage_rule,
    stage_reason,
    combined.next_stage,
    next_stage_needs,
    engagement_health,
    health_rule,
    health_reason,
    nurture_track,
    track_rule,
    track_reason,
    effective_stage,
    coalesce(track_override, nurture_track) as effective_track,
    override_reason,
    overridden_by,
    owner_team,
    sales_owner,
    coalesce(owner_override, sales_owner) as effective_owner,
    source,
    engagement_channel,
    company_size,
    pain_point_summary,
    intent_score,
    days_since_engaged,
    override_id is not null as is_overridden,
    overridden_at,
    created_at,
    last_engaged,
    as_of_date
from combined
left join lifecycle_stages on combined.effective_stage = lifecycle_stages.stage
left join pain_point_summaries on combined.lead_id = pain_point_summaries.lead_id
