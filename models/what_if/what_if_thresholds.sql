-- one row per threshold: its value in the last build and by the candidate
with

    last_thresholds as (select * from {{ last_build("thresholds_in_force") }}),

    thresholds as (select * from {{ ref("thresholds_in_force") }})

select
    thresholds.threshold,
    thresholds.unit,
    last_thresholds.value as value_before,
    thresholds.value as value_after,
    last_thresholds.value is distinct from thresholds.value as is_changed
from thresholds
left join last_thresholds on thresholds.threshold = last_thresholds.threshold
