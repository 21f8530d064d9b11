-- one row per segment: the customers that a month of its new leads will come to, from
-- how many come and what share of them is won, beside those that a month has brought
{%- set horizon = horizon_days() %}

with

    lead_segments as (select * from {{ ref("lead_segments") }}),

    as_of as (select * from {{ ref("as_of") }}),

    -- leads cannot be counted over more days than there have been
    recent_days as (

        select
            max(as_of.as_of_date) as as_of_date,
            case
                when min(lead_segments.lead_on) is not null
                then
                    least(
                        {{ horizon }},
                        {{
                            days_between(
                                "min(lead_segments.lead_on)",
                                "max(as_of.as_of_date)",
                            )
                        }} + 1
                    )
            end as recent_days
        from lead_segments
        cross join as_of

    ),

    counted as (

        select
            lead_segments.segment_type,
            lead_segments.segment,
            recent_days.recent_days,
            {%- for column, day in [
                ("recent_lead_count", "lead_on"),
                ("recent_win_count", "customer_on"),
            ] %}
                count(
                    case
                        when
                            {{
                                days_between(
                                    "lead_segments." ~ day, "recent_days.as_of_date"
                                )
                            }} < recent_days.recent_days
                        then 1
                    end
                ) as {{ column }},
            {%- endfor %}
            count(lead_segments.customer_on) as win_count
        from lead_segments
        cross join recent_days
        group by
            lead_segments.segment_type, lead_segments.segment, recent_days.recent_days

    ),

    incidence_curves as (

        select * from {{ ref("incidence_curves") }} where stage = 'Customer'

    ),

    -- what is known of a year: how much of it, and where nobody was won, of how many
    within_a_year as (

        select
            segment_type,
            segment,
            longest_days,
            max(case when incidence is not null then days end) as known_days,
            max(incidence_high) as greatest_high
        from {{ ref("time_to_stage") }}
        where stage = 'Customer' and days <= 365
        group by segment_type, segment, longest_days

    ),

    medians as (

        select * from {{ ref("time_to_stage_medians") }} where stage = 'Customer'

    ),

    last_steps as (

        select segment_type, segment, max(days) as days
        from incidence_curves
        where days <= 365
        group by segment_type, segment

    ),

    -- where nobody was followed for a year, the share is that of the longest time known
    shares as (

        select
            incidence_curves.segment_type,
            incidence_curves.segment,
            incidence_curves.incidence as customer_share,
            incidence_curves.incidence_low as customer_share_low,
            case
                when incidence_curves.incidence = 0
                then within_a_year.greatest_high
                else incidence_curves.incidence_high
            end as customer_share_high,
            case
                when within_a_year.known_days = 365
                then within_a_year.known_days
                else within_a_year.longest_days
            end as share_days
        from incidence_curves
        inner join
            last_steps
            on incidence_curves.segment_type = last_steps.segment_type
            and incidence_curves.segment = last_steps.segment
            and incidence_curves.days = last_steps.days
        inner join
            within_a_year
            on incidence_curves.segment_type = within_a_year.segment_type
            and incidence_curves.segment = within_a_year.segment

    ),

    rates as (

        select
            counted.*,
            medians.median_days_within_horizon,
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

    )

select
    rates.segment_type,
    rates.segment,
    rates.recent_days,
    rates.recent_lead_count,
    rates.recent_win_count,
    rates.undated_count,
    rates.leads_per_month,
    shares.customer_share,
    shares.customer_share_low,
    shares.customer_share_high,
    shares.share_days,
    rates.leads_per_month * shares.customer_share as customers_per_month,
    case
        when shares.customer_share is not null then rates.wins_per_month
    end as wins_per_month,
    rates.median_days_within_horizon
from rates
-- none where too many customers have no day on which they were won
left join
    shares
    on rates.segment_type = shares.segment_type
    and rates.segment = shares.segment
    and rates.is_dated
