-- one row per segment and combination of stage, health and rule that occurs in it
{%- set segment_types = [
    "source",
    "engagement_channel",
    "company_size",
    "sales_owner",
] %}

with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    -- a lead that left the funnel had reached its first stage, and further where the
    -- history shows it: leaving it out would flatter every conversion
    furthest_before as (

        select
            lead_history.lead_id,
            max(lifecycle_stages.stage_order) as reached_stage_order
        from {{ ref("lead_history") }} as lead_history
        inner join
            lifecycle_stages on lead_history.effective_stage = lifecycle_stages.stage
        where
            lead_history.valid_to is null
            or lead_history.valid_to > lead_history.valid_from
        group by lead_history.lead_id

    ),

    placed as (

        select
            leads.*,
            case
                when leads.effective_stage = 'Disqualified'
                then greatest(coalesce(furthest_before.reached_stage_order, 1), 1)
                else lifecycle_stages.stage_order
            end as reached_stage_order
        from leads
        left join lifecycle_stages on leads.effective_stage = lifecycle_stages.stage
        left join furthest_before on leads.lead_id = furthest_before.lead_id

    ),

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
            reached_stage_order,
            count(*) as lead_count
        from placed
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
            nurture_track,
            reached_stage_order

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
    segment_type,
    segment,
    funnel_stage,
    simulated_stage,
    effective_stage,
    stage_rule,
    engagement_health,
    nurture_track,
    reached_stage_order,
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count
from segmented
group by
    segment_type,
    segment,
    funnel_stage,
    simulated_stage,
    effective_stage,
    stage_rule,
    engagement_health,
    nurture_track,
    reached_stage_order
