-- one row per lead and segment that it belongs to
with lead_progress as (select * from {{ ref("lead_progress") }})

select lead_id, 'all' as segment_type, 'All leads' as segment, lead_on, customer_on
from lead_progress
{%- for segment_type in segments() %}
    union all
    select
        lead_id,
        '{{ segment_type }}' as segment_type,
        segment_{{ loop.index }} as segment,
        lead_on,
        customer_on
    from lead_progress
{%- endfor %}
