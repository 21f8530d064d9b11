{# The case that yields a decision's rule, as its model says it: from case to its alias, on
   one line, its columns without the names of the model's relations. #}
{% macro decision_case(model_name, rule_column) %}
    {%- if not execute -%} {{- return("") -}} {%- endif -%}
    {%- set model = graph.nodes.get("model." ~ project_name ~ "." ~ model_name, {}) -%}
    {%- set tokens = [] -%}
    {%- for token in sql_tokens(model.get("raw_code", "")) -%}
        {%- do tokens.append(
            modules.re.sub(
                "^( ?)(?:[A-Za-z_]\\w*[.])+(\\w+)$", "\\1\\2", token
            )
        ) -%}
    {%- endfor -%}
    {%- set words = tokens | map("trim") | map("lower") | list -%}
    {%- set opened = [] -%}
    {%- set cases = [] -%}
    {%- for word in words -%}
        {%- if word == "case" -%} {%- do opened.append(loop.index0) -%}
        {%- elif word == "end" and opened -%}
            {%- set first = opened.pop() -%}
            {%- set last = loop.index + 2 -%}
            {%- if words[loop.index : last] == ["as", rule_column | lower] -%}
                {%- do cases.append(tokens[first:last] | join("")) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if cases | length != 1 -%}
        {{
            exceptions.raise_compiler_error(
                model_name
                ~ ": expected one `case ... end as "
                ~ rule_column
                ~ "`, found "
                ~ (cases | length)
            )
        }}
    {%- endif -%}
    {{- return(render(cases[0]) | trim) -}}
{% endmacro %}
