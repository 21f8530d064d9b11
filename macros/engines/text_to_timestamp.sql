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

{# Spark reads a zone only behind seconds, and only with its minutes. #}
{% macro spark__text_to_timestamp(expression) %}
    {%- set day = smartcrm.iso_day() -%}
    {%- set time = "[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?" -%}
    {%- set midnight = "[T ]24:00(?::00(?:\.0+)?)?" -%}
    {%- set zone = "(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)" -%}
    {%- set read = namespace(moment=expression) -%}
    {%- for pattern, replacement in [
        ("^(.{16})([Z+-])", "\\1:00\\2"),
        ("([+-]\d\d)$", "\\1:00"),
        ("([+-]\d\d)(\d\d)$", "\\1:\\2"),
    ] -%}
        {%- set read.moment = smartcrm.regexp_replace_all(
            read.moment, pattern, replacement
        ) -%}
    {%- endfor -%}
    {%- set cases = [
        (time ~ zone, read.moment, ""),
        (midnight ~ zone, read.moment, " + interval 1 day"),
        ("(?:" ~ time ~ ")?", expression, ""),
        (midnight, expression, " + interval 1 day"),
    ] -%}
    case
        {%- for pattern, moment, later in cases %}
            when {{ smartcrm.matches(expression, day ~ pattern) }}
            then
                try_cast(
                    {% if later -%}
                        {{ smartcrm.regexp_replace_all(moment, "([T ])24:", "\\100:") }}
                    {%- else -%}{{ moment }}
                    {%- endif %} as timestamp
                ){{ later }}
        {%- endfor %}
    end
{% endmacro %}
