-- one row per assumption made about a lead: the field, what it held and the issue
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
{%- set issues = quality_issues() %}

with

    kept as (

        select *
        from {{ ref("stg_leads_judged") }}
        where
            rejection_reasons is null
            and (
                {%- for field, issue, condition in issues %}
                    {{ condition }}{% if not loop.last %} or{% endif %}
                {%- endfor %}
            )

    ),

    issues as (
        {% for field, issue, condition in issues %}
            select
                lead_id,
                '{{ field }}' as field,
                raw_{{ field }} as raw_value,
                '{{ issue }}' as issue
            from kept
            where {{ condition }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from issues
