{# What the learned score knows of a lead: columns of lead_features. #}
{% macro score_features() %}
    {{ return(["source", "engagement_channel", "company_size", "recency", "intent"]) }}
{% endmacro %}
