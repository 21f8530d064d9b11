-- one row a segment and combination of stage, health and rule that occurs in it
{%- set segment_types = [
    "source",
    "engagement_channel",
    "company_size",
    "sales_owner",
] %}

with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    counted as (

        select
            source,
            engagement_channel,
            company_size,
            coalesce(effective_owner, 'Unassigned') as sales_owner,
            funnel_stage,
            simulated_stage,
            effective_stage,
            stage_rule,
            engagement_health,
            nurture_track,
            count(*) as lead_count
        from leads
        group by
            source,
            engagement_channel,
            company_size,
            coalesce(effective_owner, 'Unassigned'),
            funnel_stage,
            simulated_stage,
            effective_stage,
            stage_rule,
            engagement_health,
            nurture_track

    ),

    segmented as (

        select 'all' as segment_type, 'All leads' as segment, counted.*
        from counted
        {%- for segment_type in segment_types %}
            union all
            select
                '{{ segment_type }}' as segment_type,
                counted.{{ segment_type }} as segment,
                counted.*
            from counted
        {%- endfor %}

    )

select
    segmented.segment_type,
    segmented.segment,
    segmented.funnel_stage,
    segmented.simulated_stage,
    segmented.effective_stage,
    segmented.stage_rule,
    segmented.engagement_health,
    segmented.nurture_track,
    -- a lead that left the funnel had reached its first stage: leaving it out would
    -- flatter every conversion
    greatest(lifecycle_stages.stage_order, 1) as reached_stage_order,
    cast(sum(segmented.lead_count) as {{ dbt.type_bigint() }}) as lead_count
from segmented
left join lifecycle_stages on segmented.effective_stage = lifecycle_stages.stage
group by
    segmented.segment_type,
    segmented.segment,
    segmented.funnel_stage,
    segmented.simulated_stage,
    segmented.effective_stage,
    segmented.stage_rule,
    segmented.engagement_health,
    segmented.nurture_track,
    greatest(lifecycle_stages.stage_order, 1)
