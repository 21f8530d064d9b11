-- one row per segment and the stage its leads are stuck at, where another segment of
-- the
-- same kind converts better: how many, why, what to do and what it could bring
with

    segment_counts as (select * from {{ ref("segment_counts") }}),

    -- leads get an owner once they look good: those without one are no peers of the
    -- others
    conversion_funnel as (

        select *
        from {{ ref("conversion_funnel") }}
        where
            segment != 'Unassigned'
            and segment_type in (select segment_type from {{ ref("lead_segments") }})

    ),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    stage_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'stage'

    ),

    -- a rate over a handful of leads is not a baseline to measure others by
    best_segments as (

        select *
        from
            (
                select
                    segment_type,
                    stage,
                    segment,
                    conversion_rate,
                    row_number() over (
                        partition by segment_type, stage
                        order by
                            conversion_rate desc nulls last,
                            previous_count desc,
                            segment
                    ) as standing
                from conversion_funnel
                where previous_count >= {{ var("comparable_min_leads") }}
            ) as ranked
        where standing = 1

    ),

    rules_by_segment as (

        select
            segment_type,
            segment,
            effective_stage,
            stage_rule,
            sum(lead_count) as lead_count
        from segment_counts
        group by segment_type, segment, effective_stage, stage_rule

    ),

    main_rules as (

        select *
        from
            (
                select
                    *,
                    row_number() over (
                        partition by segment_type, segment, effective_stage
                        order by lead_count desc, stage_rule
                    ) as standing
                from rules_by_segment
            ) as ranked
        where standing = 1

    )

select
    here.segment_type,
    here.segment,
    here.stage,
    lifecycle_stages.next_stage,
    lifecycle_stages.owner_team,
    main_rules.stage_rule as main_rule,
    stage_rules.next_step,
    best_segments.segment as best_segment,
    here.standing_count as stuck_count,
    cast(main_rules.lead_count as {{ dbt.type_bigint() }}) as main_rule_count,
    further.conversion_rate,
    best_segments.conversion_rate as best_conversion_rate,
    here.standing_count * best_segments.conversion_rate as potential_count
from conversion_funnel as here
inner join lifecycle_stages on here.stage = lifecycle_stages.stage
inner join
    conversion_funnel as further
    on here.segment_type = further.segment_type
    and here.segment = further.segment
    and lifecycle_stages.next_stage = further.stage
inner join
    best_segments
    on further.segment_type = best_segments.segment_type
    and further.stage = best_segments.stage
    and further.conversion_rate < best_segments.conversion_rate
inner join
    main_rules
    on here.segment_type = main_rules.segment_type
    and here.segment = main_rules.segment
    and here.stage = main_rules.effective_stage
left join stage_rules on main_rules.stage_rule = stage_rules.rule_id
