-- one row per segment and stage: how many leads reached the stage, and how many of
-- those that reached the one before; no rate where most leads lack what decides
with

    segment_counts as (select * from {{ ref("segment_counts") }}),

    lifecycle_stages as (

        select * from {{ ref("lifecycle_stages") }} where stage_order > 0

    ),

    segments as (

        select segment_type, segment
        from segment_counts
        union
        -- a funnel without leads is a funnel too
        select 'all' as segment_type, 'All leads' as segment

    ),

    reached as (

        select
            segments.segment_type,
            segments.segment,
            lifecycle_stages.stage,
            lifecycle_stages.stage_order,
            sum(
                case
                    when
                        segment_counts.reached_stage_order
                        >= lifecycle_stages.stage_order
                    then segment_counts.lead_count
                    else 0
                end
            ) as reached_count,
            sum(
                case
                    when segment_counts.effective_stage = lifecycle_stages.stage
                    then segment_counts.lead_count
                    else 0
                end
            ) as standing_count
        from segments
        cross join lifecycle_stages
        left join
            segment_counts
            on segments.segment_type = segment_counts.segment_type
            and segments.segment = segment_counts.segment
        group by
            segments.segment_type,
            segments.segment,
            lifecycle_stages.stage,
            lifecycle_stages.stage_order

    ),

    compared as (

        select
            *,
            lag(reached_count) over (
                partition by segment_type, segment order by stage_order
            ) as previous_count,
            first_value(reached_count) over (
                partition by segment_type, segment order by stage_order
            ) as top_count
        from reached

    ),

    known as (

        select count(case when is_thin and row_count > 0 then 1 end) = 0 as is_known
        from {{ ref("input_coverage") }}
        where field in ('funnel_stage', 'intent_score', 'last_engaged')

    )

select
    segment_type,
    segment,
    stage,
    cast(stage_order as {{ dbt.type_int() }}) as stage_order,
    cast(reached_count as {{ dbt.type_bigint() }}) as reached_count,
    cast(standing_count as {{ dbt.type_bigint() }}) as standing_count,
    cast(previous_count as {{ dbt.type_bigint() }}) as previous_count,
    cast(previous_count - reached_count as {{ dbt.type_bigint() }}) as drop_off_count,
    case
        when is_known then {{ ratio("reached_count", "previous_count") }}
    end as conversion_rate,
    case
        when is_known then 1 - {{ ratio("reached_count", "previous_count") }}
    end as drop_off_rate,
    case
        when is_known then {{ ratio("reached_count", "top_count") }}
    end as share_of_top
from compared
cross join known
