-- What a candidate costs in calls and catches in wins, and what of it is to be logged.
create temp view part_price as
select * from what_if.what_if_price order by stage_order desc, group_order
;

-- none where the days on which leads were won are not known
create temp view part_landmarks as
select
    count(*) as landmark_count,
    (select message from model_quality where measure = 'outcomes') as known_outcomes,
    min(days_ago) as horizon_days,
    (select count(*) from what_if.landmark_decisions) as row_count
from landmarks
;

-- thresholds to log, in an order in which each step keeps theirs
create temp view part_settings as
select
    changed.threshold,
    changed.value_after as value,
    in_force.override_id is not null as is_in_ledger
from what_if.what_if_thresholds as changed
left join
    what_if.thresholds_in_force as in_force on changed.threshold = in_force.threshold
where changed.is_changed
order by
    case
        when changed.value_after > changed.value_before then -changed.value_after
        else changed.value_after
    end,
    (in_force.not_above is null) = (changed.value_after > changed.value_before) desc,
    changed.threshold
;
