-- one row per segment, month of creation and stage after the first: how many leads
-- reached the stage within the horizon; no rate before all of them have had it
{%- set horizon = horizon_days() %}

with

    lead_segments as (select * from {{ ref("lead_segments") }}),

    lead_stage_times as (select * from {{ ref("lead_stage_times") }}),

    as_of as (select * from {{ ref("as_of") }}),

    counted as (

        select
            lead_segments.segment_type,
            lead_segments.segment,
            lead_stage_times.stage,
            lead_stage_times.stage_order,
            cast(
                {{ dbt.date_trunc("month", "lead_stage_times.lead_on") }} as date
            ) as created_month,
            count(*) as lead_count,
            count(case when days_to_stage <= {{ horizon }} then 1 end) as reached_count,
            count(case when days_to_stage > {{ horizon }} then 1 end) as later_count,
            count(case when outcome = 'undated' then 1 end) as undated_count,
            lead_stage_times.is_stage_dated,
            max(lead_stage_times.lead_on) as newest_lead_on
        from lead_stage_times
        inner join lead_segments on lead_stage_times.lead_id = lead_segments.lead_id
        group by
            lead_segments.segment_type,
            lead_segments.segment,
            lead_stage_times.stage,
            lead_stage_times.stage_order,
            cast({{ dbt.date_trunc("month", "lead_stage_times.lead_on") }} as date),
            lead_stage_times.is_stage_dated

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
