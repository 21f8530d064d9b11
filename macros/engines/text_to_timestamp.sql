{# The UTC time that an ISO 8601 text gives; null where it is none. #}
{% macro text_to_timestamp(expression) %}
    {{- return(adapter.dispatch("text_to_timestamp", "smartcrm")(expression)) -}}
{% endmacro %}

{% macro default__text_to_timestamp(expression) %}
    {{
        exceptions.raise_compiler_error(
            "text_to_timestamp: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__text_to_timestamp(expression) %}
    {{-
        return(
            "cast(try_cast("
            ~ expression
            ~ " as timestamptz) at time zone 'UTC' as timestamp)"
        )
    -}}
{% endmacro %}
