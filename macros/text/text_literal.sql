{# A text value as a SQL literal, its quotes escaped. #}
{% macro text_literal(value) %}
    {{- dbt.string_literal(dbt.escape_single_quotes(value | string)) -}}
{% endmacro %}
