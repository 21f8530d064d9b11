{# What is noted of a lead that is kept: the field, the code and the condition. #}
{% macro quality_issues() %}
    {{-
        return(
            [
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
                (
                    "last_engaged",
                    "engaged_before_created",
                    "last_engaged < created_at",
                ),
            ]
        )
    -}}
{% endmacro %}
