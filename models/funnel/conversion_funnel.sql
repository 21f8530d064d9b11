-- one row per segment, or pair of segments, and stage: how many leads ever reached it
-- and how many stand there or beyond now, and what became of those who reached it; no
-- rate where most leads lack what decides
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

    placed as (

        select
            segment_counts.*,
            standing.stage_order as standing_order,
            segment_counts.furthest_stage_order as furthest_order
        from segment_counts
        left join
            {{ ref("lifecycle_stages") }} as standing
            on segment_counts.effective_stage = standing.stage

    ),

    -- every segment has every stage
    compared as (

        select
            segments.segment_type,
            segments.segment,
            lifecycle_stages.stage,
            lifecycle_stages.stage_order,
            placed.lead_count,
            placed.has_left,
            placed.furthest_order >= lifecycle_stages.stage_order as has_reached,
            placed.furthest_order > lifecycle_stages.stage_order as has_gone_on,
            placed.standing_order >= lifecycle_stages.stage_order as is_here_or_beyond,
            placed.standing_order = lifecycle_stages.stage_order as is_here,
            concat(',', placed.seen_stages, ',')
            like concat('%,', lifecycle_stages.stage, ',%') as is_seen_here
        from segments
        cross join lifecycle_stages
        left join
            placed
            on segments.segment_type = placed.segment_type
            and segments.segment = placed.segment

    ),

    counted as (

        select
            segment_type,
            segment,
            stage,
            stage_order,
            {%- for count, condition in {
                "ever_count": "has_reached",
                "now_count": "is_here_or_beyond",
                "standing_count": "is_here",
                "inferred_count": "has_reached and not is_seen_here",
                "skipped_count": "has_gone_on and not is_seen_here",
                "went_on_count": "has_gone_on",
                "still_here_count": "has_reached and not has_gone_on and not has_left",
                "fell_back_count": "has_reached and not has_gone_on and not has_left"
                ~ " and not is_here_or_beyond",
                "left_count": "has_reached and not has_gone_on and has_left",
            }.items() %}
                cast(
                    sum(
                        case when {{ condition }} then lead_count else 0 end
                    ) as {{ dbt.type_bigint() }}
                ) as {{ count }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from compared
        group by segment_type, segment, stage, stage_order

    ),

    with_previous as (

        select
            *,
            lag(ever_count) over (
                partition by segment_type, segment order by stage_order
            ) as previous_count,
            lag(now_count) over (
                partition by segment_type, segment order by stage_order
            ) as previous_now_count,
            first_value(ever_count) over (
                partition by segment_type, segment order by stage_order
            ) as top_count
        from counted

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
    ever_count,
    now_count,
    standing_count,
    inferred_count,
    skipped_count,
    went_on_count,
    still_here_count,
    fell_back_count,
    left_count,
    previous_count,
    {%- for rate, parts in {
        "conversion_rate": ["ever_count", "previous_count"],
        "now_conversion_rate": ["now_count", "previous_now_count"],
        "left_rate": ["left_count", "ever_count"],
        "inferred_share": ["inferred_count", "ever_count"],
        "share_of_top": ["ever_count", "top_count"],
    }.items() %}
        case when is_known then {{ ratio(parts[0], parts[1]) }} end as {{ rate }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from with_previous
cross join known
