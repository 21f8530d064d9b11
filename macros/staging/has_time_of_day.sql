{# Whether a text that text_to_timestamp reads gives a time, and not only a day. #}
{% macro has_time_of_day(text, format=none) %}
    {%- if format -%}
        {#- other engines than DuckDB read only the day of a pattern -#}
        {%- set has_hours = modules.re.search("%-?[HIcX]", format) is not none -%}
        {{ return("true" if has_hours and target.type == "duckdb" else "false") }}
    {%- endif -%}
    {{- return("(length(" ~ text ~ ") > 9 and " ~ text ~ " not like '____-__-__')") -}}
{% endmacro %}
