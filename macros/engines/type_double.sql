{# A number with 64 bits. #}
{% macro type_double() %}
    {{- return(adapter.dispatch("type_double", "smartcrm")()) -}}
{% endmacro %}

{% macro default__type_double() %} {{- return("double") -}} {% endmacro %}

{% macro postgres__type_double() %} {{- return("double precision") -}} {% endmacro %}
