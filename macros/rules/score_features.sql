{# What the learned score knows of a lead: columns of lead_features. #}
{% macro score_features() %}
    {{
        return(
            ["source", "company_size", "funnel_stage", "age", "recency", "intent"]
        )
    }}
{% endmacro %}
