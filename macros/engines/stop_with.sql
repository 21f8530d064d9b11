{# A condition that is never true: it stops the query with a message. #}
{% macro stop_with(message) %}
    {{- return(adapter.dispatch("stop_with", "smartcrm")(message)) -}}
{% endmacro %}

{% macro default__stop_with(message) %}
    {{ exceptions.raise_compiler_error("stop_with: not written for " ~ target.type) }}
{% endmacro %}

{% macro duckdb__stop_with(message) %}
    {{- return("error(" ~ message ~ ") is null") -}}
{% endmacro %}
