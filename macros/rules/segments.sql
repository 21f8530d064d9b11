{# What funnels are cut by, besides all leads: the column of leads that each of the var
   segments stands for, by its name. #}
{% macro segments() %}
    {%- set choices = [] -%}
    {%- if execute -%}
        {%- do choices.extend(graph.nodes["model.smartcrm.leads"].columns) -%}
        {%- do choices.extend(smartcrm.extra_columns()) -%}
    {%- endif -%}
    {%- set segments = {} -%}
    {%- for setting in smartcrm.list_setting("segments") -%}
        {%- set name = smartcrm.column_name(setting) -%}
        {%- if execute and name not in choices -%}
            {{
                exceptions.raise_compiler_error(
                    "segments: '"
                    ~ setting
                    ~ "' is not a column of leads; choose from "
                    ~ choices
                    | join(", ")
                )
            }}
        {%- endif -%}
        {#- a lead belongs to who has it now, not to who had it in the CRM -#}
        {%- set column = "effective_owner" if name == "sales_owner" else name -%}
        {%- do segments.update({name: adapter.quote(column)}) -%}
    {%- endfor -%}
    {{- return(segments) -}}
{% endmacro %}
