{# The columns of leads that a var lists; a name that is no such column is an error. #}
{% macro columns_of_leads(setting) %}
    {%- set choices = [] -%}
    {%- if execute -%}
        {%- do choices.extend(graph.nodes["model.smartcrm.leads"].columns) -%}
        {%- do choices.extend(smartcrm.extra_columns()) -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for header in smartcrm.list_setting(setting) -%}
        {%- set name = smartcrm.column_name(header) -%}
        {%- if execute and name not in choices -%}
            {{
                exceptions.raise_compiler_error(
                    setting
                    ~ ": '"
                    ~ header
                    ~ "' is not a column of leads; choose from "
                    ~ choices
                    | join(", ")
                )
            }}
        {%- endif -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}
