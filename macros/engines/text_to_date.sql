{# The UTC date that a text gives, in ISO 8601 or as the 13 digits of milliseconds since
   1970, or else only in the pattern of the var date_format; null where it is not a date. #}
{% macro text_to_date(expression) %}
    {{- return(adapter.dispatch("text_to_date")(expression, var("date_format"))) -}}
{% endmacro %}

{% macro default__text_to_date(expression, format) %}
    {{
        exceptions.raise_compiler_error(
            "text_to_date: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__text_to_date(expression, format) %}
    {%- if format -%}
        cast(try_strptime({{ expression }}, {{ text_literal(format) }}) as date)
    {%- else -%}
        {%- set day = "\d{4}-\d{2}-\d{2}" -%}
        {%- set time = "[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?" -%}
        {%- set zone = "(Z|[+-]\d{2}(:?\d{2})?)" -%}
        case
            when {{ matches(expression, day) }}
            then try_cast({{ expression }} as date)
            when {{ matches(expression, "\d{8}") }}
            then cast(try_strptime({{ expression }}, '%Y%m%d') as date)
            when {{ matches(expression, "\d{13}") }}
            then cast(epoch_ms(cast({{ expression }} as bigint)) as date)
            when {{ matches(expression, day ~ time) }}
            then cast(try_cast({{ expression }} as timestamp) as date)
            when {{ matches(expression, day ~ time ~ zone) }}
            then
                cast(
                    try_cast({{ expression }} as timestamptz) at time zone 'UTC' as date
                )
        end
    {%- endif -%}
{% endmacro %}
