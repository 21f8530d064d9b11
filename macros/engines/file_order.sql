{# Which row of its file a seed's row is, from 1. #}
{% macro file_order() %}
    {{- return(adapter.dispatch("file_order", "smartcrm")()) -}}
{% endmacro %}

{# a table that was just filled is read in the order it was filled in #}
{% macro default__file_order() %} row_number() over () {% endmacro %}

{% macro spark__file_order() %}
    cast(row_number() over (order by monotonically_increasing_id()) as bigint)
{% endmacro %}
