-- one row per segment, or pair of segments, stage and what became of the leads that
-- reached it: they went on, are still here in some health, or have left
with

    segment_counts as (select * from {{ ref("segment_counts") }}),

    lifecycle_stages as (

        select * from {{ ref("lifecycle_stages") }} where stage_order > 0

    ),

    reached as (

        select
            segment_counts.segment_type,
            segment_counts.segment,
            lifecycle_stages.stage,
            lifecycle_stages.stage_order,
            segment_counts.engagement_health,
            segment_counts.lead_count,
            case
                when segment_counts.furthest_stage_order > lifecycle_stages.stage_order
                then 'Went on'
                when segment_counts.has_left
                then 'Left'
                else 'Still here'
            end as fate
        from segment_counts
        inner join
            lifecycle_stages
            on segment_counts.furthest_stage_order >= lifecycle_stages.stage_order

    ),

    -- how lately somebody engaged matters of those who are still to go on
    shown as (

        select
            segment_type,
            segment,
            stage,
            fate,
            case
                when fate = 'Still here' then engagement_health
            end as engagement_health,
            stage_order,
            lead_count
        from reached

    )

select
    segment_type,
    segment,
    stage,
    fate,
    engagement_health,
    cast(stage_order as {{ dbt.type_int() }}) as stage_order,
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count
from shown
group by segment_type, segment, stage, fate, engagement_health, stage_order
