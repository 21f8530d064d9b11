{# The date so many days after another; null where either is. #}
{% macro days_later(day, days) %}
    {{- return(adapter.dispatch("days_later", "smartcrm")(day, days)) -}}
{% endmacro %}

{% macro default__days_later(day, days) %}
    {{ exceptions.raise_compiler_error("days_later: not written for " ~ target.type) }}
{% endmacro %}

{% macro duckdb__days_later(day, days) %} ({{ day }} + {{ days }}) {% endmacro %}

{% macro postgres__days_later(day, days) %}({{ day }} + {{ days }}) {% endmacro %}

{% macro spark__days_later(day, days) %} date_add({{ day }}, {{ days }}) {% endmacro %}
