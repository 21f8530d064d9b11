{# The name of the model that reads a kind of record: of leads that of the var crm; of
   activities and stage changes that of activities_crm or stage_changes_crm, else that of
   the leads' CRM where SmartCRM has one, else the canonical one. #}
{% macro record_mapping(record) %}
    {%- if record == "leads" -%} {{ return("crm_" ~ var("crm")) }} {%- endif -%}
    {%- set setting = record ~ "_crm" -%}
    {%- set of_leads = "crm_" ~ var("crm") ~ "_" ~ record -%}
    {%- set named = smartcrm.crm_named(setting) -%}
    {%- if named -%} {{ return("crm_" ~ named ~ "_" ~ record) }}
    {%- elif var("crm") in smartcrm.known_crms() -%} {{ return(of_leads) }}
    {%- endif -%}
    {#- only now are the models known: one that is there is not left out in silence -#}
    {%- for node in graph.get("nodes", {}).values() if execute and node.name == of_leads -%}
        {%- do exceptions.raise_compiler_error(
            "there is a mapping %s: set %s to %s, or to canonical if it is not to "
            "be used" % (of_leads, setting, var("crm"))
        ) -%}
    {%- endfor -%}
    {{- return("crm_canonical_" ~ record) -}}
{% endmacro %}
