-- one row per segment and stage after the first: by which day half of the leads had
-- reached it, and half of those that do within the horizon
{%- set horizon = horizon_days() -%}
{#- where a half falls on a day, the digits that a curve is rounded to must not hide it -#}
{%- set half = "0.5 - 1e-9" -%}
{%- set half_within = "within_horizon.incidence / 2 - 1e-9" %}

with

    within_horizon as (

        select * from {{ ref("time_to_stage") }} where days = {{ horizon }}

    ),

    incidence_curves as (select * from {{ ref("incidence_curves") }}),

    -- an incidence's upper bound reaches a half before it does, the lower one after
    halves as (

        select
            within_horizon.segment_type,
            within_horizon.segment,
            within_horizon.stage,
            {%- for column, bound, target in [
                ("median_days", "incidence", half),
                ("median_days_low", "incidence_high", half),
                ("median_days_high", "incidence_low", half),
                ("within_days", "incidence", half_within),
                ("within_days_low", "incidence_high", half_within),
                ("within_days_high", "incidence_low", half_within),
            ] %}
                min(
                    case
                        when incidence_curves.{{ bound }} >= {{ target }}
                        then incidence_curves.days
                    end
                ) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from within_horizon
        inner join
            incidence_curves
            on within_horizon.segment_type = incidence_curves.segment_type
            and within_horizon.segment = incidence_curves.segment
            and within_horizon.stage = incidence_curves.stage
        group by
            within_horizon.segment_type, within_horizon.segment, within_horizon.stage

    )

select
    within_horizon.segment_type,
    within_horizon.segment,
    within_horizon.stage,
    within_horizon.stage_order,
    within_horizon.lead_count,
    within_horizon.undated_count,
    within_horizon.incidence as incidence_within_horizon,
    halves.median_days,
    halves.median_days_low,
    halves.median_days_high,
    {%- for column in ["within_days", "within_days_low"] %}
        case
            when within_horizon.incidence > 0 then halves.{{ column }}
        end as {{ column | replace("within_days", "median_days_within_horizon") }},
    {%- endfor %}
    -- nobody who gets there within the horizon does so after it
    case
        when within_horizon.incidence > 0
        then least(halves.within_days_high, {{ horizon }})
    end as median_days_within_horizon_high
from within_horizon
left join
    halves
    on within_horizon.segment_type = halves.segment_type
    and within_horizon.segment = halves.segment
    and within_horizon.stage = halves.stage
