-- a threshold above the one that it must not lie above decides nothing
select
    lower_one.threshold as lower_threshold,
    lower_one.value as lower_value,
    upper_one.threshold as upper_threshold,
    upper_one.value as upper_value
from {{ ref("thresholds_in_force") }} as lower_one
inner join
    {{ ref("thresholds_in_force") }} as upper_one
    on lower_one.not_above = upper_one.threshold
where lower_one.value > upper_one.value
