{# What funnels are cut by, besides all leads: the column of leads that each of the var
   segments stands for, by its name. #}
{% macro segments() %}
    {%- set segments = {} -%}
    {%- for name in smartcrm.columns_of_leads("segments") -%}
        {#- a lead belongs to who has it now, not to who had it in the CRM -#}
        {%- set column = "effective_owner" if name == "sales_owner" else name -%}
        {%- do segments.update({name: adapter.quote(column)}) -%}
    {%- endfor -%}
    {{- return(segments) -}}
{% endmacro %}
