-- one row a threshold: its value in the last build and by the candidate
{%- set last_context = last_build("decision_context") %}
{#- a threshold that the last build did not have yet has no value in it #}
{%- set last_names = (
    (
        adapter.get_columns_in_relation(last_context)
        | map(attribute="name")
        | list
    )
    if execute
    else []
) %}

with

    thresholds as (select * from {{ ref("thresholds") }}),

    last_context as (select * from {{ last_context }}),

    context as (select * from {{ ref("decision_context") }}),

    compared as (
        {% for threshold in threshold_names() %}
            select
                '{{ threshold }}' as threshold,
                {% if threshold in last_names -%} last_context.{{ threshold }}
                {%- else -%} null
                {%- endif %} as value_before,
                context.{{ threshold }} as value_after
            from context
            cross join last_context
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}

    )

select
    compared.threshold,
    thresholds.unit,
    compared.value_before,
    compared.value_after,
    compared.value_before is distinct from compared.value_after as is_changed
from compared
left join thresholds on compared.threshold = thresholds.threshold
