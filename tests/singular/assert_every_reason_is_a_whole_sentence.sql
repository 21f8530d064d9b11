-- no reason is missing, and none has a place that was not filled
select lead_id, stage_reason, health_reason, track_reason
from {{ ref("leads") }}
where
    stage_reason is null
    or health_reason is null
    or track_reason is null
    or position('{' in concat(stage_reason, health_reason, track_reason)) > 0
