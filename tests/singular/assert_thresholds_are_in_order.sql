-- a threshold above the one that it must not lie above decides nothing
select
    concat(
        lower_one.threshold,
        ' ',
        lower_one.value,
        ' is above ',
        upper_one.threshold,
        ' ',
        upper_one.value
    ) as threshold
from {{ ref("thresholds_in_force") }} as lower_one
inner join
    {{ ref("thresholds_in_force") }} as upper_one
    on lower_one.not_above = upper_one.threshold
where lower_one.value > upper_one.value
