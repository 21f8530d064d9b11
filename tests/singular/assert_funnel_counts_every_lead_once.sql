-- each way of dividing the leads counts every one of them once, at the funnel's top and
-- where they stand; and whoever reached a stage went on, is still here or has left
with

    leads as (select count(*) as lead_count from {{ ref("lead_progress") }}),

    left_the_funnel as (

        select count(*) as lead_count
        from {{ ref("lead_progress") }}
        where
            effective_stage
            in (select stage from {{ ref("lifecycle_stages") }} where stage_order = 0)

    ),

    steps as (

        select segment_type, sum(lead_count) as lead_count
        from {{ ref("funnel_steps") }}
        group by segment_type

    ),

    by_type as (

        select
            segment_type,
            sum(case when stage_order = 1 then ever_count end) as top_count,
            sum(standing_count) as standing_count,
            sum(ever_count) as ever_count,
            sum(went_on_count + still_here_count + left_count) as fate_count
        from {{ ref("conversion_funnel") }}
        group by segment_type

    )

select by_type.*
from by_type
cross join leads
cross join left_the_funnel
left join steps on by_type.segment_type = steps.segment_type
where
    by_type.top_count != leads.lead_count
    or by_type.standing_count + left_the_funnel.lead_count != leads.lead_count
    or by_type.fate_count != by_type.ever_count
    or coalesce(steps.lead_count, 0) != by_type.ever_count
