-- one row per segment and combination of stage, health and rule that occurs in it
{%- set segments = segments() -%}
{%- set grouped = [
    "funnel_stage",
    "simulated_stage",
    "effective_stage",
    "stage_rule",
    "engagement_health",
    "nurture_track",
    "reached_stage_order",
] -%}
{%- set combined = [] -%}
{%- for segment_type in segments -%}
    {%- do combined.append("segment_" ~ loop.index) -%}
{%- endfor %}

with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    lost_leads as (

        -- leads once more, and not the CTE: what is read twice is kept in memory
        select decided.lead_id
        from {{ ref("leads") }} as decided
        inner join
            lifecycle_stages
            on decided.effective_stage = lifecycle_stages.stage
            and lifecycle_stages.outcome = 'lost'

    ),

    -- a lead that left the funnel had reached its first stage, and further where the
    -- history shows it: leaving it out would flatter every conversion
    furthest_before as (

        select
            lead_history.lead_id,
            max(lifecycle_stages.stage_order) as reached_stage_order
        from {{ ref("lead_history") }} as lead_history
        inner join lost_leads on lead_history.lead_id = lost_leads.lead_id
        inner join
            lifecycle_stages on lead_history.effective_stage = lifecycle_stages.stage
        where
            lead_history.valid_to is null
            or lead_history.valid_to > lead_history.valid_from
        group by lead_history.lead_id

    ),

    placed as (

        select
            {%- for column in segments.values() %}
                coalesce(
                    cast(leads.{{ column }} as {{ dbt.type_string() }}), 'Unassigned'
                ) as segment_{{ loop.index }},
            {%- endfor %}
            leads.funnel_stage,
            leads.simulated_stage,
            leads.effective_stage,
            leads.stage_rule,
            leads.engagement_health,
            leads.nurture_track,
            case
                when lifecycle_stages.outcome = 'lost'
                then greatest(coalesce(furthest_before.reached_stage_order, 1), 1)
                else lifecycle_stages.stage_order
            end as reached_stage_order
        from leads
        left join lifecycle_stages on leads.effective_stage = lifecycle_stages.stage
        left join furthest_before on leads.lead_id = furthest_before.lead_id

    ),

    -- first by all segments at once: what follows is small however many leads there are
    counted as (

        select {{ (combined + grouped) | join(", ") }}, count(*) as lead_count
        from placed
        group by {{ (combined + grouped) | join(", ") }}

    ),

    segmented as (

        select 'all' as segment_type, 'All leads' as segment, counted.*
        from counted
        {%- for segment_type in segments %}
            union all
            select
                '{{ segment_type }}' as segment_type,
                counted.segment_{{ loop.index }} as segment,
                counted.*
            from counted
        {%- endfor %}

    )

select
    segment_type,
    segment,
    {{ grouped | join(", ") }},
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count
from segmented
group by segment_type, segment, {{ grouped | join(", ") }}
