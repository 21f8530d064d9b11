-- one row per segment, stage and number of days after which a lead reached the
-- stage, and day 0: the share that had by then; none where most days are missing
{%- set z = z_95() -%}
{%- set by_day = "partition by segment_type, segment, stage order by days" -%}
{%- set before = by_day ~ " rows between unbounded preceding and 1 preceding" -%}
{%- set until = by_day ~ " rows between unbounded preceding and current row" -%}
{%- set onward = by_day ~ " rows between current row and unbounded following" %}

with

    stage_day_counts as (select * from {{ ref("stage_day_counts") }}),

    dated as (

        select segment_type, segment, stage
        from stage_day_counts
        where is_stage_dated
        group by segment_type, segment, stage
        -- where many days are missing, those that are known say little
        having
            {{
                mostly_dated(
                    "sum(case when outcome = 'reached' then lead_count else 0 end)",
                    "sum(case when outcome = 'undated' then lead_count else 0 end)",
                )
            }}

    ),

    followed as (

        select segment_type, segment, stage, outcome, lead_count, days
        from stage_day_counts
        union all
        -- each curve starts on the first day, whatever happened on it
        select segment_type, segment, stage, 'open' as outcome, 0, 0
        from dated

    ),

    counted as (

        select
            followed.segment_type,
            followed.segment,
            followed.stage,
            followed.days,
            sum(followed.lead_count) as left_count,
            sum(
                case
                    when followed.outcome = 'reached' then followed.lead_count else 0
                end
            ) as reached_count,
            sum(
                case when followed.outcome = 'lost' then followed.lead_count else 0 end
            ) as lost_count
        from followed
        inner join
            dated
            on followed.segment_type = dated.segment_type
            and followed.segment = dated.segment
            and followed.stage = dated.stage
        group by followed.segment_type, followed.segment, followed.stage, followed.days

    ),

    at_risk as (

        select
            segment_type,
            segment,
            stage,
            days,
            cast(reached_count as {{ type_double() }}) as reached,
            cast(reached_count + lost_count as {{ type_double() }}) as decided,
            cast(sum(left_count) over ({{ onward }}) as {{ type_double() }}) as at_risk
        from counted

    ),

    -- the share that is still open before the day, a product by its logarithms; no
    -- day comes after the one on which the last leads leave
    still_open as (

        select
            *,
            exp(
                coalesce(
                    sum(
                        case
                            when decided < at_risk then ln(1 - decided / at_risk) else 0
                        end
                    ) over ({{ before }}),
                    0
                )
            ) as open_share
        from at_risk

    ),

    incidences as (

        select
            *,
            sum(open_share * reached / at_risk) over ({{ until }}) as incidence,
            sum(reached) over ({{ until }}) as reached_until,
            -- the weights of Aalen's variance; one lead at risk has none
            case
                when at_risk > 1 and decided < at_risk
                then decided / ((at_risk - 1) * (at_risk - decided))
                else 0
            end as a,
            case
                when at_risk > 1
                then
                    (at_risk - reached)
                    * reached
                    * open_share
                    * open_share
                    / ((at_risk - 1) * at_risk * at_risk)
                else 0
            end as b,
            case
                when at_risk > 1 and decided < at_risk
                then
                    (at_risk - reached)
                    * reached
                    * open_share
                    / ((at_risk - 1) * at_risk * (at_risk - decided))
                else 0
            end as c
        from still_open

    ),

    -- over all days until one: the sum of a * growth ^ 2 + b - 2 * c * growth, where
    -- growth is what the incidence has grown by since; as sums that run along
    variances as (

        select
            *,
            sum(a) over ({{ until }}) * incidence * incidence
            - 2 * incidence * sum(a * incidence + c) over ({{ until }})
            + sum(a * incidence * incidence + b + 2 * c * incidence) over (
                {{ until }}
            ) as variance
        from incidences

    ),

    -- log-log bounds stay between 0 and 1; they have no width at either end, where all
    -- are so many that reached it
    bounded as (

        select
            *,
            incidence > 0 and incidence < 1 - 1e-9 as has_bounds,
            case
                when incidence > 0 and incidence < 1 - 1e-9
                then {{ z }} * sqrt(greatest(variance, 0)) / incidence / - ln(incidence)
            end as width
        from variances
        where reached > 0 or days = 0

    )

select
    segment_type,
    segment,
    stage,
    days,
    cast(at_risk as {{ dbt.type_bigint() }}) as at_risk_count,
    {{ rounded("incidence", 10) }} as incidence,
    {{
        rounded(
            "case when has_bounds then exp(ln(incidence) * exp(width)) when incidence > 0"
            ~ " then "
            ~ wilson("reached_until", "reached_until", "low")
            ~ " else incidence end",
            10,
        )
    }}
    as incidence_low,
    {{
        rounded(
            "case when has_bounds then exp(ln(incidence) * exp(-width)) else incidence end",
            10,
        )
    }}
    as incidence_high
from bounded
