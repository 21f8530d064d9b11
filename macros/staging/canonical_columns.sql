{# The nine columns every CRM mapping model yields, in their order. #}
{% macro canonical_columns() %}
    {{
        return(
            [
                "lead_id",
                "created_at",
                "funnel_stage",
                "intent_score",
                "last_engaged",
                "company_size",
                "source",
                "engagement_channel",
                "sales_owner",
            ]
        )
    }}
{% endmacro %}
