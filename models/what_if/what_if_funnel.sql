-- one row per stage: how many of all leads reach it, and how many of those that reach
-- the
-- one before, in the last build and by the candidate
with

    last_funnel as (

        select * from {{ last_build("conversion_funnel") }} where segment_type = 'all'

    ),

    funnel as (select * from {{ ref("conversion_funnel") }} where segment_type = 'all')

select
    funnel.stage,
    funnel.stage_order,
    coalesce(last_funnel.reached_count, 0) as reached_count_before,
    funnel.reached_count as reached_count_after,
    last_funnel.conversion_rate as conversion_rate_before,
    funnel.conversion_rate as conversion_rate_after
from funnel
left join last_funnel on funnel.stage = last_funnel.stage
