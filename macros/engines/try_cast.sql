{# A cast that yields null where the text can't be cast. #}
{% macro try_cast(expression, type) %}
    {{- return(adapter.dispatch("try_cast", "smartcrm")(expression, type)) -}}
{% endmacro %}

{% macro default__try_cast(expression, type) %}
    {{ exceptions.raise_compiler_error("try_cast: not written for " ~ target.type) }}
{% endmacro %}

{% macro duckdb__try_cast(expression, type) %}
    {{- return("try_cast(" ~ expression ~ " as " ~ type ~ ")") -}}
{% endmacro %}
