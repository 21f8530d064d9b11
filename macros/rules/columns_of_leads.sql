{# The columns of leads that a var lists; a name that is no such column is an error. #}
{% macro columns_of_leads(setting) %}
    {#- a unit test knows no other model -#}
    {%- set nodes = graph.get("nodes", {}) if execute else {} -%}
    {%- set choices = [] -%}
    {%- if nodes -%}
        {%- do choices.extend(nodes["model.smartcrm.leads"].columns) -%}
        {%- do choices.extend(smartcrm.extra_columns()) -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for header in smartcrm.list_setting(setting) -%}
        {%- set name = smartcrm.column_name(header) -%}
        {%- if nodes and name not in choices -%}
            {%- do exceptions.raise_compiler_error(
                "%s: '%s' is not a column of leads; choose from %s"
                % (setting, header, choices | join(", "))
            ) -%}
        {%- endif -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}
