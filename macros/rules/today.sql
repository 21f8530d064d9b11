{# The day on which the run started, in UTC: a run that goes past midnight has one. #}
{% macro today() %}
    {{- return("cast('" ~ run_started_at.strftime("%Y-%m-%d") ~ "' as date)") -}}
{% endmacro %}
