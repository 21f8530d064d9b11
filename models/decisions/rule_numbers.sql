-- one row per number that the rules ask for, as the seeds have it: thresholds, what an
-- activity is worth and for how long, and the days that a team has
{%- set columns = [
    "threshold",
    "value",
    "min_value",
    "max_value",
    "not_above",
    "unit",
    "meaning",
] %}

with

    thresholds as (select * from {{ ref("thresholds") }}),

    activity_types as (select * from {{ ref("activity_types") }}),

    service_levels as (select * from {{ ref("service_levels") }})

select {{ columns | join(", ") }}
from thresholds
union all
select
    concat('points.', activity_type) as threshold,
    points as value,
    0 as min_value,
    100 as max_value,
    null as not_above,
    'intent points' as unit,
    concat('On the day itself, of: ', meaning) as meaning
from activity_types
where actor != 'us'
union all
select
    concat('half_life_days.', activity_type) as threshold,
    half_life_days as value,
    1 as min_value,
    3650 as max_value,
    null as not_above,
    'days' as unit,
    concat('Until the points are worth half, of: ', meaning) as meaning
from activity_types
where actor != 'us'
{%- for column, meaning in [
        (
            "answer_within_days",
            "Days within which the team answers, at the stage ",
        ),
        (
            "touch_every_days",
            "Days between two touches of ours, at the stage ",
        ),
    ] %}
    union all
    select
        concat('{{ column }}.', stage) as threshold,
        {{ column }} as value,
        0 as min_value,
        3650 as max_value,
        null as not_above,
        'days' as unit,
        concat('{{ meaning }}', stage) as meaning
    from service_levels
    where {{ column }} is not null
{%- endfor %}
