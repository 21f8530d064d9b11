{# Text without blanks at its ends; null where it only says that there is nothing. #}
{% macro clean_text(column) %}
    {{ smartcrm.not_blank(smartcrm.default__trimmed(column)) }}
{% endmacro %}
