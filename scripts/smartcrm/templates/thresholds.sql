-- the bars in force, and what each was at the start
create temp view part_thresholds as
select
    thresholds.threshold,
    thresholds_in_force.value,
    thresholds.value as first_value,
    thresholds.unit,
    thresholds.meaning,
    thresholds_in_force.reason
from thresholds
inner join
    thresholds_in_force on thresholds.threshold = thresholds_in_force.threshold
order by thresholds.rowid
;
