-- one row per stage: the days within which its team answers and comes back to a lead,
-- as in force
with

    service_levels as (select * from {{ ref("service_levels") }}),

    thresholds_in_force as (select * from {{ ref("thresholds_in_force") }})

select
    service_levels.stage,
    answers.value as answer_within_days,
    touches.value as touch_every_days
from service_levels
left join
    thresholds_in_force as answers
    on concat('answer_within_days.', service_levels.stage) = answers.threshold
left join
    thresholds_in_force as touches
    on concat('touch_every_days.', service_levels.stage) = touches.threshold
