-- one row per segment: the customers that a month of its new leads will come to, from
-- how many come and what share of them is won, beside those that a month has brought
{%- set horizon = horizon_days() %}

with

    segments as (

        select distinct segment_type, segment
        from {{ ref("segment_counts") }}
        where
            segment_type in (
                {%- for segment_type in segments() %}'{{ segment_type }}', {%- endfor %}
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
