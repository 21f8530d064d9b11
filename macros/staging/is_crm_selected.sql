{# Whether the mapping model that is being compiled is the one that reads its kind of
   record; the others are never run, but dbt compiles them for the docs. #}
{% macro is_crm_selected(record="leads") %}
    {{- return(model.name == smartcrm.record_mapping(record)) -}}
{% endmacro %}
