{# The comparisons that a condition joins with and or or, in order; what is in parentheses
   stays whole. #}
{% macro condition_comparisons(condition) %}
    {%- set comparisons = [] -%}
    {%- set state = namespace(depth=0, word="", text="", is_range=false) -%}
    {%- for token in sql_tokens(condition) + ["and"] -%}
        {%- set word = token | trim | lower -%}
        {%- if word in ["(", "case"] -%} {%- set state.depth = state.depth + 1 -%}
        {%- elif word in [")", "end"] -%} {%- set state.depth = state.depth - 1 -%}
        {%- endif -%}
        {%- if state.depth == 0 and (
            word == "or" or (word == "and" and not state.is_range)
        ) -%}
            {%- do comparisons.append(
                {"joined_by": state.word, "sql": state.text | trim}
            ) -%}
            {%- set state.word = word -%}
            {%- set state.text = "" -%}
        {%- else -%} {%- set state.text = state.text ~ token -%}
        {%- endif -%}
        {%- if state.depth == 0 and word in ["between", "and"] -%}
            {%- set state.is_range = word == "between" -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(comparisons) -}}
{% endmacro %}
