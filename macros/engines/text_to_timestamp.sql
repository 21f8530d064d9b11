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

{% macro postgres__text_to_timestamp(expression) %}
    {%- set day = smartcrm.iso_day() -%}
    {%- set time = "[T ](?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?|24:00(?::00(?:\.0+)?)?)" -%}
    {%- set zone = "(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)" -%}
    {#- what is below a microsecond would be rounded -#}
    {%- set moment = smartcrm.regexp_replace_all(expression, "(\.\d{6})\d+", "\\1") -%}
    case
        when {{ smartcrm.matches(expression, day ~ time ~ zone) }}
        then cast({{ moment }} as timestamptz) at time zone 'UTC'
        when {{ smartcrm.matches(expression, day ~ "(?:" ~ time ~ ")?") }}
        then cast({{ moment }} as timestamp)
    end
{% endmacro %}

{% macro spark__text_to_timestamp(expression) %}
    {%- set day = smartcrm.iso_day() -%}
    {%- set time = "[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?" -%}
    {%- set midnight = "[T ]24:00(?::00(?:\.0+)?)?" -%}
    {%- set zone = "(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)" -%}
    {%- set hours_alone = smartcrm.regexp_replace_all(
        expression, "([+-]\d\d)$", "\\1:00"
    ) -%}
    {%- set moment = smartcrm.regexp_replace_all(
        hours_alone, "([+-]\d\d)(\d\d)$", "\\1:\\2"
    ) -%}
    {%- set at_zero = smartcrm.regexp_replace_all(moment, "([T ])24:", "\\100:") -%}
    case
        when {{ smartcrm.matches(expression, day ~ time ~ zone) }}
        then try_cast({{ moment }} as timestamp)
        when {{ smartcrm.matches(expression, day ~ midnight ~ zone) }}
        then try_cast({{ at_zero }} as timestamp) + interval 1 day
        when {{ smartcrm.matches(expression, day ~ "(?:" ~ time ~ ")?") }}
        then try_cast({{ expression }} as timestamp)
        when {{ smartcrm.matches(expression, day ~ midnight) }}
        then try_cast({{ at_zero }} as timestamp) + interval 1 day
    end
{% endmacro %}
