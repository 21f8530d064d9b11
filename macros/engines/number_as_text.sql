{# A number with 64 bits as text, such as 50, 0.5 or 1e+40. #}
{% macro number_as_text(expression) %}
    {{- return(adapter.dispatch("number_as_text", "smartcrm")(expression)) -}}
{% endmacro %}

{% macro duckdb__number_as_text(expression) %}
    {{ smartcrm.regexp_replace_all("cast(" ~ expression ~ " as varchar)", "\.0$") }}
{% endmacro %}

{% macro postgres__number_as_text(expression) %}
    cast({{ expression }} as text)
{% endmacro %}

{% macro spark__number_as_text(expression) %}
    {%- set read = namespace(text="cast(" ~ expression ~ " as string)") -%}
    {%- for pattern, replacement in [
        ("E(\d)", "e+\\1"),
        ("E-", "e-"),
        ("\.0(e|$)", "\\1"),
    ] -%}
        {%- set read.text = smartcrm.regexp_replace_all(
            read.text, pattern, replacement
        ) -%}
    {%- endfor -%}
    {{- return(read.text) -}}
{% endmacro %}
