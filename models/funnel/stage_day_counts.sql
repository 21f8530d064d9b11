-- one row per segment, stage, day that leads came, outcome and number of days after
-- which they came to it: what shares and incidences are worked out from
{%- set counted = [
    "stage",
    "outcome",
    "stage_order",
    "days",
    "days_to_stage",
    "is_stage_dated",
    "lead_on",
] %}

with lead_stage_times as (select * from {{ ref("lead_stage_times") }})

-- a segment has no null, unless it is not what is grouped by
select
    case
        {%- for segment_type in segments() %}
            when segment_{{ loop.index }} is not null then '{{ segment_type }}'
        {%- else %} when true then 'all'
        {%- endfor %}
        else 'all'
    end as segment_type,
    coalesce(
        {%- for segment_type in segments() %}segment_{{ loop.index }}, {%- endfor %}
        'All leads'
    ) as segment,
    stage,
    outcome,
    stage_order,
    count(*) as lead_count,
    days,
    days_to_stage,
    is_stage_dated,
    lead_on
from lead_stage_times
group by
    grouping sets (
        ({{ counted | join(", ") }})
        {%- for segment_type in segments() %}
            , (segment_{{ loop.index }}, {{ counted | join(", ") }})
        {%- endfor %}
    )
