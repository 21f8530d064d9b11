{# What Salesforce's lead statuses are in our words, besides those that every CRM has. #}
{% macro salesforce_stages() %}
    {{-
        return(
            {
                "Open - Not Contacted": "Lead",
                "Nurturing": "Lead",
                "Working - Contacted": "MQL",
                "Contacted": "MQL",
                "Working": "MQL",
                "Closed - Converted": "SQL",
                "Qualified": "SQL",
                "Converted": "SQL",
                "Closed - Not Converted": "Disqualified",
            }
        )
    -}}
{% endmacro %}
