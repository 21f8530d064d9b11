-- no reason is missing, and none has a place that was not filled: of a lead for each
-- combination of rules, and of every lead that a person decided about
with

    examples as (

        select min(lead_id) as lead_id
        from {{ ref("leads_with_work") }}
        group by
            stage_rule,
            health_rule,
            track_rule,
            work_rule,
            intent_score is null,
            days_since_engaged is null
        union
        select lead_id
        from {{ ref("lead_overrides") }}

    )

select
    leads.lead_id,
    leads.stage_reason,
    leads.health_reason,
    leads.track_reason,
    leads.work_reason,
    leads.effective_stage,
    leads.effective_track,
    leads.owner_team
from {{ ref("leads") }} as leads
inner join examples on leads.lead_id = examples.lead_id
where
    leads.stage_reason is null
    or leads.health_reason is null
    or leads.track_reason is null
    or leads.work_reason is null
    or leads.next_step is null
    or leads.effective_stage_reason is null
    or leads.effective_track_reason is null
    or leads.effective_stage is null
    or leads.effective_track is null
    or leads.owner_team is null
    or position(
        '{' in concat(
            leads.stage_reason,
            leads.health_reason,
            leads.track_reason,
            leads.work_reason
        )
    )
    > 0
