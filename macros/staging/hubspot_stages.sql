{# What HubSpot's lifecycle stages are in our words, besides those that every CRM has. #}
{% macro hubspot_stages() %}
    {{-
        return(
            {
                "Subscriber": "Lead",
                "Opportunity": "SQL",
                "Evangelist": "Customer",
                "Other": "",
            }
        )
    -}}
{% endmacro %}
