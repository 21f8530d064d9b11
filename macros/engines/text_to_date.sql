{# The UTC date that a text gives, in ISO 8601 or as the 13 digits of milliseconds since
   1970, or else only in the strptime pattern given; null where it is not a date. #}
{% macro text_to_date(expression, format=none) %}
    {{- return(adapter.dispatch("text_to_date", "smartcrm")(expression, format)) -}}
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
        {%- set moment = (
            "try_strptime("
            ~ expression
            ~ ", "
            ~ smartcrm.text_literal(format)
            ~ ")"
        ) -%}
        {%- set has_zone = "%z" in format or "%Z" in format -%}
        cast({{ moment }}{{ " at time zone 'UTC'" if has_zone }} as date)
    {%- else -%}
        {#- year 0000 would be a date, of the year 1 BC, and +99:99 an offset; so would
            the first day of all where it begins ahead of UTC -#}
        {%- set year = "(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})" -%}
        {%- set day = year ~ "-\d{2}-\d{2}" -%}
        {%- set time = "[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?" -%}
        {%- set zone = "(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)" -%}
        case
            when {{ smartcrm.matches(expression, day) }}
            then try_cast({{ expression }} as date)
            when {{ smartcrm.matches(expression, year ~ "\d{4}") }}
            then cast(try_strptime({{ expression }}, '%Y%m%d') as date)
            when {{ smartcrm.matches(expression, "\d{13}") }}
            then cast(epoch_ms(cast({{ expression }} as bigint)) as date)
            when {{ smartcrm.matches(expression, day ~ time) }}
            then cast(try_cast({{ expression }} as timestamp) as date)
            when {{ expression }} like '0001-01-01%+%'
            then null
            when {{ smartcrm.matches(expression, day ~ time ~ zone) }}
            then
                cast(
                    try_cast({{ expression }} as timestamptz) at time zone 'UTC' as date
                )
        end
    {%- endif -%}
{% endmacro %}

{% macro postgres__text_to_date(expression, format) %}
    {%- if format -%} {{ smartcrm.day_by_format(expression, format) }}
    {%- else -%} cast({{ smartcrm.text_to_timestamp(expression) }} as date)
    {%- endif -%}
{% endmacro %}

{% macro spark__text_to_date(expression, format) %}
    {%- if format -%} {{ smartcrm.day_by_format(expression, format) }}
    {%- else -%} cast({{ smartcrm.text_to_timestamp(expression) }} as date)
    {%- endif -%}
{% endmacro %}
