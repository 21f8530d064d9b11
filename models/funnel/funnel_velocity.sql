-- one row per segment: the customers that a month of its new leads will come to, from
-- how many come and what share of them is won, beside those that a month has brought.
-- None of what a lead may get later: who has it, and the channel that it was last
-- heard on, follow from how it went
{%- set horizon = horizon_days() %}
{%- set changing = columns_of_leads("changing_segments") %}
{#- the leads that have to be followed for as long as a share is given for -#}
{%- set enough = 20 %}

with

    segments as (

        select distinct segment_type, segment
        from {{ ref("segment_counts") }}
        where
            segment_type in (
                {%- for segment_type in segments() if segment_type not in changing %}
                    '{{ segment_type }}',
                {%- endfor %}
                'all'
            )

    ),

    -- whoever was won has a day to the last stage, even if it had been lost before
    days as (

        select
            segment_type,
            segment,
            lead_count,
            days_to_stage is not null as is_won,
            {{ days_between("lead_on", "as_of_date") }} as days_since_lead,
            {{ days_between("lead_on", "as_of_date") }}
            - days_to_stage as days_since_win
        from {{ ref("stage_day_counts") }}
        cross join {{ ref("as_of") }}
        where stage = 'Customer'

    ),

    -- leads cannot be counted over more days than there have been
    recent_days as (

        select
            case
                when max(days_since_lead) is not null
                then least({{ horizon }}, max(days_since_lead) + 1)
            end as recent_days
        from days

    ),

    counted as (

        select
            segments.segment_type,
            segments.segment,
            recent_days.recent_days,
            {%- for count, condition in {
                "recent_lead_count": "days.days_since_lead < recent_days.recent_days",
                "recent_win_count": "days.days_since_win < recent_days.recent_days",
                "win_count": "days.is_won",
            }.items() %}
                cast(
                    sum(
                        case when {{ condition }} then days.lead_count else 0 end
                    ) as {{ dbt.type_bigint() }}
                ) as {{ count }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from segments
        cross join recent_days
        left join
            days
            on segments.segment_type = days.segment_type
            and segments.segment = days.segment
        group by segments.segment_type, segments.segment, recent_days.recent_days

    ),

    incidence_curves as (

        select * from {{ ref("incidence_curves") }} where stage = 'Customer'

    ),

    medians as (

        select * from {{ ref("time_to_stage_medians") }} where stage = 'Customer'

    ),

    followed as (

        select
            segment_type,
            segment,
            days,
            sum(sum(lead_count)) over (
                partition by segment_type, segment order by days desc
            ) as followed_count
        from {{ ref("stage_day_counts") }}
        where stage = 'Customer'
        group by segment_type, segment, days

    ),

    -- two wins among the last five leads would make a share of any size
    known as (

        select segment_type, segment, least(365, max(days)) as share_days
        from followed
        where followed_count >= {{ enough }}
        group by segment_type, segment

    ),

    known_curves as (

        select
            incidence_curves.*,
            known.share_days,
            max(incidence_curves.days) over (
                partition by incidence_curves.segment_type, incidence_curves.segment
            )
            = incidence_curves.days as is_last,
            max(incidence_curves.incidence) over (
                partition by incidence_curves.segment_type, incidence_curves.segment
            ) as customer_share
        from incidence_curves
        inner join
            known
            on incidence_curves.segment_type = known.segment_type
            and incidence_curves.segment = known.segment
            and incidence_curves.days <= known.share_days

    ),

    -- where nobody was won, of how many
    highest as (

        select
            known.segment_type,
            known.segment,
            max(time_to_stage.incidence_high) as greatest_high
        from known
        inner join
            {{ ref("time_to_stage") }} as time_to_stage
            on known.segment_type = time_to_stage.segment_type
            and known.segment = time_to_stage.segment
            and time_to_stage.days <= known.share_days
        where time_to_stage.stage = 'Customer'
        group by known.segment_type, known.segment

    ),

    half_won as (

        select segment_type, segment, min(days) as half_won_days
        from known_curves
        where customer_share > 0 and incidence >= customer_share / 2 - 1e-9
        group by segment_type, segment

    ),

    shares as (

        select
            known_curves.segment_type,
            known_curves.segment,
            known_curves.customer_share,
            known_curves.incidence_low as customer_share_low,
            case
                when known_curves.customer_share = 0
                then highest.greatest_high
                else known_curves.incidence_high
            end as customer_share_high,
            known_curves.share_days,
            half_won.half_won_days
        from known_curves
        left join
            highest
            on known_curves.segment_type = highest.segment_type
            and known_curves.segment = highest.segment
        left join
            half_won
            on known_curves.segment_type = half_won.segment_type
            and known_curves.segment = half_won.segment
        where known_curves.is_last

    ),

    rates as (

        select
            counted.*,
            coalesce(medians.undated_count, 0) as undated_count,
            {{ ratio("30 * counted.recent_lead_count", "counted.recent_days") }}
            as leads_per_month,
            {{ ratio("30 * counted.recent_win_count", "counted.recent_days") }}
            as wins_per_month,
            {{
                mostly_dated(
                    "counted.win_count", "coalesce(medians.undated_count, 0)"
                )
            }} as is_dated
        from counted
        left join
            medians
            on counted.segment_type = medians.segment_type
            and counted.segment = medians.segment

    ),

    yields as (

        select
            rates.*,
            shares.customer_share,
            shares.customer_share_low,
            shares.customer_share_high,
            shares.share_days,
            shares.half_won_days,
            rates.leads_per_month * shares.customer_share as customers_per_month
        from rates
        -- none where too many customers have no day on which they were won
        left join
            shares
            on rates.segment_type = shares.segment_type
            and rates.segment = shares.segment
            and rates.is_dated

    ),

    -- the share is not known for sure, and the count of a month varies, as any does
    -- (Poisson), upwards by as much as the highest share makes it
    bounded as (

        select
            *,
            {%- for side in ["low", "high"] %}
                sqrt(
                    power(
                        leads_per_month * (customer_share_{{ side }} - customer_share),
                        2
                    )
                    + power({{ z_95() }}, 2)
                    * leads_per_month
                    * {{ "customer_share" if side == "low" else "customer_share_high" }}
                ) as to_{{ side }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from yields

    )

select
    segment_type,
    segment,
    recent_days,
    recent_lead_count,
    recent_win_count,
    undated_count,
    leads_per_month,
    customer_share,
    customer_share_low,
    customer_share_high,
    share_days,
    customers_per_month,
    case
        when to_low is not null
        then {{ rounded("greatest(customers_per_month - to_low, 0)", 4) }}
    end as customers_per_month_low,
    {{ rounded("customers_per_month + to_high", 4) }} as customers_per_month_high,
    case when customer_share is not null then wins_per_month end as wins_per_month,
    half_won_days
from bounded
