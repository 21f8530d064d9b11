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
            "case when not regexp_matches("
            ~ expression
            ~ ", '^0000|:.*[+-](1[5-9]|[2-9]\d)(:?\d{2})?$|:.*[+-]\d{2}:?[6-9]\d$')"
            ~ " then cast(try_cast("
            ~ expression
            ~ " as timestamptz) at time zone 'UTC' as timestamp) end"
        )
    -}}
{% endmacro %}
