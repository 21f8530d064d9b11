-- one row per assumption made about a lead: the field, what it held and the issue
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
{%- set score_text = clean_text("raw_intent_score") %}

with

    kept as (

        select
            *,
            case
                when intent_score is not null
                then null
                when {{ score_text }} is null
                then 'missing_intent_score'
                when {{ score_number(score_text) }} is null
                then 'invalid_intent_score'
                else 'intent_score_out_of_range'
            end as intent_score_issue
        from {{ ref("stg_leads_judged") }}
        where
            rejection_reasons is null
            and (
                created_at is null
                or funnel_stage is null
                or intent_score is null
                or company_size is null
                or source is null
                or engagement_channel is null
                or last_engaged < created_at
            )

    ),

    issues as (
        {% for field, issue, condition in [
            ("created_at", "'missing_created_at'", "created_at is null"),
            (
                "funnel_stage",
                "'missing_funnel_stage'",
                "funnel_stage is null",
            ),
            ("intent_score", "intent_score_issue", "intent_score is null"),
            (
                "company_size",
                "'unknown_company_size'",
                "company_size is null",
            ),
            ("source", "'unknown_source'", "source is null"),
            (
                "engagement_channel",
                "'unknown_engagement_channel'",
                "engagement_channel is null",
            ),
            (
                "last_engaged",
                "'engaged_before_created'",
                "last_engaged < created_at",
            ),
        ] %}
            select
                lead_id,
                '{{ field }}' as field,
                raw_{{ field }} as raw_value,
                {{ issue }} as issue
            from kept
            where {{ condition }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from issues
