{# The date so many days after another; null where either is. #}
{% macro days_later(day, days) %}
    {{- return(adapter.dispatch("days_later", "smartcrm")(day, days)) -}}
{% endmacro %}

{% macro default__days_later(day, days) %} ({{ day }} + {{ days }}) {% endmacro %}

{% macro spark__days_later(day, days) %} date_add({{ day }}, {{ days }}) {% endmacro %}
