-- one row per segment, or pair of segments, and combination of stage, health, rule and
-- progress that occurs in it
{%- set segments = segments() -%}
{%- set grouped = [
    "funnel_stage",
    "simulated_stage",
    "effective_stage",
    "stage_rule",
    "engagement_health",
    "nurture_track",
    "furthest_stage_order",
    "seen_stages",
    "has_left",
] -%}
{%- set combined = [] -%}
{%- for segment_type in segments -%}
    {%- do combined.append("segment_" ~ loop.index) -%}
{%- endfor %}

with

    lead_progress as (select * from {{ ref("lead_progress") }}),

    -- first by all segments at once: what follows is small however many leads there are
    counted as (

        select {{ (combined + grouped) | join(", ") }}, count(*) as lead_count
        from lead_progress
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
        {%- for pair, places in segment_pairs().items() %}
            union all
            select
                '{{ pair }}' as segment_type,
                -- an "and" of a segment's own has hard blanks: no two pairs are alike
                concat(
                    {%- for place in places %}
                        replace(
                            counted.segment_{{ place }},
                            ' and ',
                            concat(chr(160), 'and', chr(160))
                        )
                        {%- if not loop.last %}, ' and ',{% endif %}
                    {%- endfor %}
                ) as segment,
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
