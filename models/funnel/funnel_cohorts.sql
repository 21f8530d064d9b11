-- one row per segment, month of creation and stage after the first: how many leads
-- reached the stage within the horizon; no rate before all of them have had it
{%- set horizon = horizon_days() %}

with

    stage_day_counts as (select * from {{ ref("stage_day_counts") }}),

    as_of as (select * from {{ ref("as_of") }}),

    counted as (

        select
            segment_type,
            segment,
            stage,
            stage_order,
            cast({{ dbt.date_trunc("month", "lead_on") }} as date) as created_month,
            cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count,
            {%- for count, condition in {
                "reached_count": "days_to_stage <= %s" % horizon,
                "later_count": "days_to_stage > %s" % horizon,
                "undated_count": "outcome = 'undated'",
            }.items() %}
                cast(
                    sum(
                        case when {{ condition }} then lead_count else 0 end
                    ) as {{ dbt.type_bigint() }}
                ) as {{ count }},
            {%- endfor %}
            is_stage_dated,
            max(lead_on) as newest_lead_on
        from stage_day_counts
        group by
            segment_type,
            segment,
            stage,
            stage_order,
            cast({{ dbt.date_trunc("month", "lead_on") }} as date),
            is_stage_dated

    ),

    judged as (

        select
            counted.*,
            {{ days_later("counted.newest_lead_on", horizon) }}
            <= as_of.as_of_date as is_mature,
            counted.is_stage_dated
            and {{
                mostly_dated(
                    "(counted.reached_count + counted.later_count)",
                    "counted.undated_count",
                )
            }} as is_dated
        from counted
        cross join as_of

    )

select
    segment_type,
    segment,
    stage,
    stage_order,
    cast({{ horizon }} as {{ dbt.type_int() }}) as horizon_days,
    lead_count,
    reached_count,
    later_count,
    undated_count,
    case
        when is_mature and is_dated then {{ ratio("reached_count", "lead_count") }}
    end as conversion_rate,
    {%- for side in ["low", "high"] %}
        case
            when is_mature and is_dated
            then {{ rounded(wilson("reached_count", "lead_count", side), 4) }}
        end as conversion_rate_{{ side }},
    {%- endfor %}
    is_mature,
    created_month
from judged
