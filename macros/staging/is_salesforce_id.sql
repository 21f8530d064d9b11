{# Whether a text may be an id of Salesforce's, short or full. #}
{% macro is_salesforce_id(text) %}
    {{ smartcrm.matches(text, "[0-9A-Za-z]{15}([0-9A-Za-z]{3})?") }}
{% endmacro %}
