-- one row per assumption made about a lead: the field, what it held and the issue
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
{%- set issues = [
    ("created_at", "missing_created_at", "created_at is null"),
    ("funnel_stage", "missing_funnel_stage", "is_missing_funnel_stage"),
    ("intent_score", "missing_intent_score", "is_missing_intent_score"),
    ("intent_score", "invalid_intent_score", "is_invalid_intent_score"),
    (
        "intent_score",
        "intent_score_out_of_range",
        "is_intent_score_out_of_range",
    ),
    ("company_size", "unknown_company_size", "is_unknown_company_size"),
    ("source", "unknown_source", "is_unknown_source"),
    (
        "engagement_channel",
        "unknown_engagement_channel",
        "is_unknown_engagement_channel",
    ),
    ("last_engaged", "engaged_before_created", "last_engaged < created_at"),
] %}

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
