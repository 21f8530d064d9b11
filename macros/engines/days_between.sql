{# The days from one date to a later one, as a bigint; null where either is. #}
{% macro days_between(first_day, last_day) %}
    {{- return(adapter.dispatch("days_between", "smartcrm")(first_day, last_day)) -}}
{% endmacro %}

{% macro duckdb__days_between(first_day, last_day) %}
    date_diff('day', {{ first_day }}, {{ last_day }})
{% endmacro %}

{% macro postgres__days_between(first_day, last_day) %}
    cast({{ last_day }} - {{ first_day }} as bigint)
{% endmacro %}

{# dbt's own stops at a null there #}
{% macro spark__days_between(first_day, last_day) %}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{% endmacro %}
