{# The rules of a decision in order of precedence, each with the condition of its line in
   the case; that of the last one, after else, is true. #}
{% macro decision_conditions(model_name, rule_column) %}
    {%- if not execute -%} {{- return([]) -}} {%- endif -%}
    {%- set rules = [] -%}
    {%- set state = namespace(depth=0, part="", condition="", text="", fault="") -%}
    {%- for token in sql_tokens(decision_case(model_name, rule_column)) -%}
        {%- set word = token | trim | lower -%}
        {%- if word in ["end", ")"] -%}
            {%- set state.depth = state.depth - 1 -%}
        {%- endif -%}
        {%- if (word in ["when", "then", "else"] and state.depth == 1) or (
            word == "end" and state.depth == 0
        ) -%}
            {%- set text = state.text | trim -%}
            {%- if state.part == "when" -%} {%- set state.condition = text -%}
            {%- elif state.part in ["then", "else"] -%}
                {%- if not modules.re.fullmatch("'\\w+'", text) -%}
                    {%- set state.fault = text ~ " is no rule id in quotes" -%}
                {%- endif -%}
                {%- do rules.append(
                    {
                        "rule_id": text[1:-1],
                        "condition": (
                            "true"
                            if state.part == "else"
                            else state.condition
                        ),
                    }
                ) -%}
            {%- elif text | lower != "case" -%}
                {%- set state.fault = "it has to start with `case when`" -%}
            {%- endif -%}
            {%- if word == "end" and state.part != "else" -%}
                {%- set state.fault = "it has no else" -%}
            {%- endif -%}
            {%- set state.part = word -%}
            {%- set state.text = "" -%}
        {%- else -%} {%- set state.text = state.text ~ token -%}
        {%- endif -%}
        {%- if word in ["case", "("] -%}
            {%- set state.depth = state.depth + 1 -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if state.fault -%}
        {{
            exceptions.raise_compiler_error(
                model_name ~ ": the case for " ~ rule_column ~ ": " ~ state.fault
            )
        }}
    {%- endif -%}
    {{- return(rules) -}}
{% endmacro %}
