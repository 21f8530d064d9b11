{# What follows the `as` of a common table expression that is to be computed once: put
   into what reads it, a long chain of them takes DuckDB 1 hours to plan. #}
{% macro materialized() %}
    {{- return(adapter.dispatch("materialized", "smartcrm")()) -}}
{% endmacro %}

{% macro default__materialized() %} {{- return("materialized") -}} {% endmacro %}

{% macro spark__materialized() %} {{- return("") -}} {% endmacro %}
