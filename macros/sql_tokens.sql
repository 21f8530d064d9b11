{# A SQL text in pieces: quoted texts, names, numbers, signs and Jinja, each whole. Joined
   they are the text again, with one blank for every comment and run of blanks. #}
{% macro sql_tokens(sql) %}
    {%- set blank = "\\s|--[^\\n]*|/[*].*?[*]/|[{]#.*?#[}]" -%}
    {%- set jinja = "[{][{].*?[}][}]|[{]%.*?%[}]" -%}
    {%- set quoted = "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"" -%}
    {%- set word = "[0-9]+[.][0-9]+|[\\w.]+" -%}
    {%- set sign = "<=|>=|<>|!=|\\S" -%}
    {%- set token = [jinja, quoted, word, sign, "\\Z"] | join("|") -%}
    {%- set tokens = [] -%}
    {%- for blanks, text in modules.re.findall(
        "((?:" ~ blank ~ ")*)(" ~ token ~ ")", sql, modules.re.DOTALL
    ) if text -%}
        {%- do tokens.append((" " if blanks else "") ~ text) -%}
    {%- endfor -%}
    {{- return(tokens) -}}
{% endmacro %}
