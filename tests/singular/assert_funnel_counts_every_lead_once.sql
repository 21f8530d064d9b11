-- each way of dividing the leads counts every one of them once, at the funnel's top and
-- where they stand
with

    leads as (select count(*) as lead_count from {{ ref("leads") }}),

    left_the_funnel as (

        select count(*) as lead_count
        from {{ ref("leads") }}
        where
            effective_stage
            in (select stage from {{ ref("lifecycle_stages") }} where stage_order = 0)

    ),

    by_type as (

        select
            segment_type,
            sum(case when stage_order = 1 then reached_count end) as reached_count,
            sum(standing_count) as standing_count
        from {{ ref("conversion_funnel") }}
        group by segment_type

    )

select by_type.*
from by_type
cross join leads
cross join left_the_funnel
where
    by_type.reached_count != leads.lead_count
    or by_type.standing_count + left_the_funnel.lead_count != leads.lead_count
