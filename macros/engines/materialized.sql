{# What follows the `as` of a common table expression that is to be computed once: put
   into what reads it, a long chain of them is more than DuckDB 1 can plan in minutes. #}
{% macro materialized() %}
    {{- return(adapter.dispatch("materialized", "smartcrm")()) -}}
{% endmacro %}

{% macro default__materialized() %} {{- return("materialized") -}} {% endmacro %}

{% macro spark__materialized() %} {{- return("") -}} {% endmacro %}
