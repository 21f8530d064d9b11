{# The CRMs that SmartCRM comes with mappings for. #}
{% macro known_crms() %}
    {{ return(["canonical", "hubspot", "salesforce"]) }}
{% endmacro %}
