{# A number with 64 bits. #}
{% macro type_double() %}
    {{- return(adapter.dispatch("type_double", "smartcrm")()) -}}
{% endmacro %}

{% macro default__type_double() %}
    {%- do smartcrm.not_written("type_double") -%}
{% endmacro %}

{% macro duckdb__type_double() %} {{- return("double") -}} {% endmacro %}

{% macro postgres__type_double() %} {{- return("double precision") -}} {% endmacro %}

{% macro spark__type_double() %} {{- return("double") -}} {% endmacro %}
