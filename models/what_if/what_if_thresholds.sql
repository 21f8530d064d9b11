-- one row per threshold: its value in the last build and by the candidate; none where
-- it is not set
with

    last_thresholds as (select * from {{ last_build("thresholds_in_force") }}),

    thresholds as (select * from {{ ref("thresholds_in_force") }})

select
    coalesce(thresholds.threshold, last_thresholds.threshold) as threshold,
    coalesce(thresholds.unit, last_thresholds.unit) as unit,
    last_thresholds.value as value_before,
    thresholds.value as value_after,
    last_thresholds.value is distinct from thresholds.value as is_changed
from thresholds
full join last_thresholds on thresholds.threshold = last_thresholds.threshold
