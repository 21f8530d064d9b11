-- one row per lead that the candidate moves, with the reason before and after: of its
-- stage where that moves, else of its health, track or work
with what_if_leads as (select * from {{ ref("what_if_leads") }} where is_moved)

select
    lead_id,
    stage_before,
    stage_after,
    health_before,
    health_after,
    track_before,
    track_after,
    work_before,
    work_after,
    case
        when is_stage_moved
        then stage_reason_before
        when is_health_moved
        then health_reason_before
        when is_track_moved
        then track_reason_before
        else work_reason_before
    end as reason_before,
    case
        when is_stage_moved
        then stage_reason_after
        when is_health_moved
        then health_reason_after
        when is_track_moved
        then track_reason_after
        else work_reason_after
    end as reason_after,
    owner_team_before,
    owner_team_after,
    owner_before,
    owner_after,
    record_url,
    is_stage_moved,
    is_health_moved,
    is_track_moved,
    is_work_moved
from what_if_leads
