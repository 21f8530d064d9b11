{# Whether the whole of a text matches a pattern. #}
{% macro matches(expression, pattern) %}
    {{- return(adapter.dispatch("matches", "smartcrm")(expression, pattern)) -}}
{% endmacro %}

{% macro default__matches(expression, pattern) %}
    {{ exceptions.raise_compiler_error("matches: not written for " ~ target.type) }}
{% endmacro %}

{% macro duckdb__matches(expression, pattern) %}
    {{-
        return(
            "regexp_full_match("
            ~ expression
            ~ ", "
            ~ smartcrm.text_literal(pattern)
            ~ ")"
        )
    -}}
{% endmacro %}
