{# The UTC time that a text gives, in ISO 8601, where a day is its midnight and UTC or GMT
   are as good as Z, or as the 13 digits of milliseconds since 1970 or the 10 of seconds,
   from 2001 to 2033, or else only in the strptime pattern given, of which other engines
   than DuckDB read the day; null where it is none. A pattern gives no day before 1900:
   %Y takes the 26 of 20.06.26 for the year 26. #}
{% macro text_to_timestamp(expression, format=none) %}
    {%- if format -%}
        {#- blanks that don't break a line, as in 2:30 PM on a page -#}
        {%- set blanks = smartcrm.text_literal("\u00a0\u202f") -%}
        {%- set expression = "translate(%s, %s, '  ')" % (expression, blanks) -%}
    {%- endif -%}
    {%- if format and target.type != "duckdb" -%}
        {%- set day = smartcrm.day_by_format(expression, format) -%}
        {{ return("cast(" ~ day ~ " as timestamp)") }}
    {%- endif -%}
    {{-
        return(
            adapter.dispatch("text_to_timestamp", "smartcrm")(expression, format)
        )
    -}}
{% endmacro %}

{% macro duckdb__text_to_timestamp(expression, format) %}
    {%- if format -%}
        {%- set moment -%}
            try_strptime({{ expression }}, {{ smartcrm.text_literal(format) }})
        {%- endset -%}
        {%- set has_zone = "%z" in format -%}
        case
            -- 'epoch' and 'infinity' are times to DuckDB, whatever the pattern
            when {{ moment }} >= '1900-01-01' and regexp_matches({{ expression }}, '\d')
            then cast({{ moment }}{{ " at time zone 'UTC'" if has_zone }} as timestamp)
        end
    {%- else -%}
        {#- year 0000 would be a date, of the year 1 BC, and +99:99 an offset; so would
            the first day of all where it begins ahead of UTC -#}
        {%- set year = "(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})" -%}
        {%- set day = year ~ "-\d{2}-\d{2}" -%}
        {%- set time = "[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?" -%}
        {%- set zone = " ?[+-](0\d|1[0-4])(:?[0-5]\d)?" -%}
        {%- set moment -%}
            replace(replace({{ expression }}, ' +', '+'), ' -', '-')
        {%- endset -%}
        case
            -- most texts are one of these
            when {{ smartcrm.matches(expression, day) }}
            then try_cast({{ expression }} as timestamp)
            when {{ smartcrm.matches(expression, day ~ time ~ "( ?(Z|UTC|GMT))?") }}
            then try_cast(rtrim({{ expression }}, ' ZUTCGM') as timestamp)
            when {{ smartcrm.matches(expression, year ~ "\d{4}") }}
            then try_strptime({{ expression }}, '%Y%m%d')
            when {{ smartcrm.matches(expression, "(?:\d{13}|1\d{9})(?:\.\d+)?") }}
            then
                cast(
                    epoch_ms(
                        cast(
                            rpad(
                                split_part({{ expression }}, '.', 1), 13, '0'
                            ) as bigint
                        )
                    ) as timestamp
                )
            when {{ expression }} like '0001-01-01%+%'
            then null
            when {{ smartcrm.matches(expression, day ~ time ~ zone) }}
            then
                cast(
                    try_cast({{ moment }} as timestamptz)
                    at time zone 'UTC' as timestamp
                )
        end
    {%- endif -%}
{% endmacro %}

{% macro postgres__text_to_timestamp(expression, format) %}
    {%- set dashed = smartcrm.regexp_replace_all(
        expression, "(\d{4})(\d\d)(\d\d)", "\\1-\\2-\\3"
    ) -%}
    {%- set day = smartcrm.iso_day() -%}
    {%- set time = "[T ](?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?|24:00(?::00(?:\.0+)?)?)" -%}
    {%- set zone = " ?(?:Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)" -%}
    {#- what is below a microsecond would be rounded -#}
    {%- set moment = smartcrm.regexp_replace_all(expression, "(\.\d{6})\d+", "\\1") -%}
    case
        when {{ smartcrm.matches(expression, "\d{8}") }}
        then cast({{ smartcrm.try_cast(dashed, "date") }} as timestamp)
        when {{ smartcrm.matches(expression, "(?:\d{13}|1\d{9})(?:\.\d+)?") }}
        then
            to_timestamp(
                cast(rpad(split_part({{ expression }}, '.', 1), 13, '0') as bigint)
                / 1000.0
            )
            at time zone 'UTC'
        -- which begins in the year 1 BC
        when {{ expression }} like '0001-01-01%+%'
        then null
        when {{ smartcrm.matches(expression, day ~ time ~ zone) }}
        then cast({{ moment }} as timestamptz) at time zone 'UTC'
        when {{ smartcrm.matches(expression, day ~ "(?:" ~ time ~ ")?") }}
        then cast({{ moment }} as timestamp)
    end
{% endmacro %}

{# Spark reads a zone only behind seconds, and only with its minutes. #}
{% macro spark__text_to_timestamp(expression, format) %}
    {%- set dashed = smartcrm.regexp_replace_all(
        expression, "(\d{4})(\d\d)(\d\d)", "\\1-\\2-\\3"
    ) -%}
    {%- set day = smartcrm.iso_day() -%}
    {%- set time = "[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?" -%}
    {%- set midnight = "[T ]24:00(?::00(?:\.0+)?)?" -%}
    {%- set zone = " ?(?:Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)" -%}
    {%- set read = namespace(moment=expression) -%}
    {%- for pattern, replacement in [
        (" ?(?:UTC|GMT)$", "Z"),
        (" ([Z+-])", "\\1"),
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
        when
            {{ smartcrm.matches(expression, "\d{8}") }}
            and {{ smartcrm.matches(dashed, smartcrm.iso_day()) }}
        then cast({{ dashed }} as timestamp)
        when {{ smartcrm.matches(expression, "(?:\d{13}|1\d{9})(?:\.\d+)?") }}
        then
            timestamp_millis(
                cast(rpad(split_part({{ expression }}, '.', 1), 13, '0') as bigint)
            )
        -- which begins in the year 1 BC
        when {{ expression }} like '0001-01-01%+%'
        then null
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
