-- one row per segment, stage after the first and number of days: the share of leads
-- that had reached the stage by then, where being lost competes
{%- set horizon = horizon_days() -%}
{%- set shown_days = [7, 14, 30, 60, 90, 180, 365] -%}
{%- if horizon not in shown_days -%} {%- do shown_days.append(horizon) -%} {%- endif -%}
{%- set z_squared = z_95() ~ " * " ~ z_95() %}

with

    stage_day_counts as (

        select
            segment_type,
            segment,
            stage,
            outcome,
            stage_order,
            sum(lead_count) as lead_count,
            days
        from {{ ref("stage_day_counts") }}
        group by segment_type, segment, stage, outcome, stage_order, days

    ),

    incidence_curves as (select * from {{ ref("incidence_curves") }}),

    shown_days as (

        {%- for days in shown_days %}
            select {{ days }} as days
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}

    ),

    counted as (

        select
            stage_day_counts.segment_type,
            stage_day_counts.segment,
            stage_day_counts.stage,
            stage_day_counts.stage_order,
            shown_days.days,
            max(stage_day_counts.days) as longest_days,
            cast(
                sum(stage_day_counts.lead_count) as {{ dbt.type_bigint() }}
            ) as lead_count,
            max(
                case when outcome in ('open', 'undated') then stage_day_counts.days end
            ) as longest_open_days,
            {% for column, condition in [
                (
                    "event_count",
                    "outcome = 'reached' and stage_day_counts.days <= shown_days.days",
                ),
                (
                    "lost_count",
                    "outcome = 'lost' and stage_day_counts.days <= shown_days.days",
                ),
                ("later_count", "stage_day_counts.days > shown_days.days"),
                (
                    "open_count",
                    "outcome in ('open', 'undated') and stage_day_counts.days = shown_days.days",
                ),
                ("undated_count", "outcome = 'undated'"),
            ] %}
                cast(
                    sum(
                        case when {{ condition }} then lead_count else 0 end
                    ) as {{ dbt.type_bigint() }}
                ) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from stage_day_counts
        cross join shown_days
        group by
            stage_day_counts.segment_type,
            stage_day_counts.segment,
            stage_day_counts.stage,
            stage_day_counts.stage_order,
            shown_days.days

    ),

    -- a curve stays where it is until the next lead gets there
    last_steps as (

        select
            counted.segment_type,
            counted.segment,
            counted.stage,
            counted.days,
            max(incidence_curves.days) as step_days
        from counted
        inner join
            incidence_curves
            on counted.segment_type = incidence_curves.segment_type
            and counted.segment = incidence_curves.segment
            and counted.stage = incidence_curves.stage
            and counted.days >= incidence_curves.days
        -- nothing is known of longer times, unless no lead was open at the end
        where
            counted.days <= counted.longest_days
            or counted.longest_days > coalesce(counted.longest_open_days, -1)
        group by counted.segment_type, counted.segment, counted.stage, counted.days

    )

select
    counted.segment_type,
    counted.segment,
    counted.stage,
    cast(counted.stage_order as {{ dbt.type_int() }}) as stage_order,
    cast(counted.days as {{ dbt.type_bigint() }}) as days,
    counted.longest_days,
    counted.lead_count,
    counted.event_count,
    counted.lost_count,
    counted.open_count + counted.later_count as at_risk_count,
    counted.undated_count,
    incidence_curves.incidence,
    incidence_curves.incidence_low,
    -- where nobody got there, Wilson's bound of those who are known not to have by then
    case
        when incidence_curves.incidence = 0
        then
            {{
                rounded(
                    z_squared
                    ~ " / (counted.lost_count + counted.open_count + counted.later_count + "
                    ~ z_squared
                    ~ ")",
                    10,
                )
            }}
        else incidence_curves.incidence_high
    end as incidence_high
from counted
left join
    last_steps
    on counted.segment_type = last_steps.segment_type
    and counted.segment = last_steps.segment
    and counted.stage = last_steps.stage
    and counted.days = last_steps.days
left join
    incidence_curves
    on last_steps.segment_type = incidence_curves.segment_type
    and last_steps.segment = incidence_curves.segment
    and last_steps.stage = incidence_curves.stage
    and last_steps.step_days = incidence_curves.days
