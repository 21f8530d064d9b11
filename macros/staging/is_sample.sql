{# Whether the leads are the sample: no export is named, and no mapping of one's own. #}
{% macro is_sample() %}
    {{- return(not var("leads_path") and var("crm") == "canonical") -}}
{% endmacro %}
