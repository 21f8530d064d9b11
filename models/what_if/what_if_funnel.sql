-- one row per stage: how many of all leads stand there or beyond, in the last build and
-- by the candidate; no rates, since a candidate moves what they are shares of
with

    last_funnel as (

        select * from {{ last_build("conversion_funnel") }} where segment_type = 'all'

    ),

    funnel as (select * from {{ ref("conversion_funnel") }} where segment_type = 'all')

select
    funnel.stage,
    funnel.stage_order,
    coalesce(last_funnel.now_count, 0) as now_count_before,
    funnel.now_count as now_count_after
from funnel
left join last_funnel on funnel.stage = last_funnel.stage
