-- one row per lead and segment that it belongs to
{%- set segments = segments() %}

with

    leads as (select * from {{ ref("leads") }}),

    segment_types as (

        select 0 as nth, 'all' as segment_type
        {%- for segment_type in segments %}
            union all
            select {{ loop.index }} as nth, '{{ segment_type }}' as segment_type
        {%- endfor %}

    )

select
    leads.lead_id,
    segment_types.segment_type,
    coalesce(
        case
            segment_types.nth
            when 0
            then 'All leads'
            {%- for column in segments.values() %}
                when {{ loop.index }}
                then cast(leads.{{ column }} as {{ dbt.type_string() }})
            {%- endfor %}
        end,
        'Unassigned'
    ) as segment
from leads
cross join segment_types
