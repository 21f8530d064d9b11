{# Which row of its file a seed's row is, from 1. #}
{% macro file_order() %}
    {{- return(adapter.dispatch("file_order", "smartcrm")()) -}}
{% endmacro %}

{% macro default__file_order() %}
    {%- do smartcrm.not_written("file_order") -%}
{% endmacro %}

{% macro duckdb__file_order() %} row_number() over () {% endmacro %}

{# a table that was just filled is read in the order it was filled in #}
{% macro postgres__file_order() %} row_number() over () {% endmacro %}

{% macro spark__file_order() %}
    cast(row_number() over (order by monotonically_increasing_id()) as bigint)
{% endmacro %}
