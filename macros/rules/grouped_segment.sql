{# The kind of segment and the segment that a group is of, where grouping sets go over
   segment_1 and so on: a segment has no null, unless it is not what is grouped by. #}
{% macro grouped_segment(segments) %}
    case
        {%- for segment_type in segments %}
            when segment_{{ loop.index }} is not null then '{{ segment_type }}'
        {%- else %} when true then 'all'
        {%- endfor %}
        else 'all'
    end as segment_type,
    coalesce(
        {%- for segment_type in segments %}segment_{{ loop.index }}, {%- endfor %}
        'All leads'
    ) as segment
{% endmacro %}
