-- What a candidate costs in calls and catches in wins, and what of it is to be logged.
-- none where the days on which leads were won are not known
create temp table part_landmarks as
select
    count(landmarks.nth) as landmark_count,
    (select message from model_quality where measure = 'outcomes') as known_outcomes,
    min(days_ago) as horizon_days,
    past.row_count,
    past.scored_count,
    -- leads without an intent tell nothing of rules that go by it
    past.row_count > 0 and 2 * past.scored_count >= past.row_count as is_judged
from
    (
        select count(*) as row_count, count(intent_score) as scored_count
        from landmark_decisions
    ) as past
left join landmarks on true
group by all
;

create temp view part_price as
select
    price.* replace (
        if(is_judged, past_row_count, 0) as past_row_count,
        if(is_judged, win_count, 0) as win_count,
        if(is_judged, all_win_count, 0) as all_win_count,
        if(is_judged, win_rate, null) as win_rate,
        if(is_judged, win_rate_low, null) as win_rate_low,
        if(is_judged, win_rate_high, null) as win_rate_high,
        if(is_judged, caught_share, null) as caught_share
    )
from what_if.what_if_price as price
cross join (select is_judged from part_landmarks) as judged
order by stage_order desc, group_order
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

{% include "scores.sql" %}
