{# Whether the mapping model that is being compiled is the one that the var crm names;
   the others are never run, but dbt compiles them for the docs. #}
{% macro is_crm_selected() %}
    {{- return(model.name == "crm_" ~ var("crm")) -}}
{% endmacro %}
