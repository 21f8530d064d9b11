{# SQL that spells out a condition, a line for each comparison: the value of each column
   behind its name, and how the comparison comes out. #}
{% macro condition_in_words(condition, columns) %}
    {%- set parts = [] -%}
    {%- set state = namespace(text="") -%}
    {%- for comparison in condition_comparisons(condition) -%}
        {%- if not loop.first -%}
            {%- set state.text = state.text ~ "\n" ~ comparison.joined_by ~ " " -%}
        {%- endif -%}
        {%- for token in sql_tokens(comparison.sql) -%}
            {%- set state.text = state.text ~ token -%}
            {%- if token | trim | lower in columns -%}
                {%- do parts.append(text_literal(state.text ~ " ")) -%}
                {%- do parts.append(
                    "coalesce(cast("
                    ~ (token | trim)
                    ~ " as "
                    ~ dbt.type_string()
                    ~ "), 'null')"
                ) -%}
                {%- set state.text = "" -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do parts.append(text_literal(state.text ~ ": ")) -%}
        {%- do parts.append(comparison_verdict(comparison.sql)) -%}
        {%- set state.text = "" -%}
    {%- endfor -%}
    {{- return("concat(" ~ (parts | join(", ")) ~ ")") -}}
{% endmacro %}
