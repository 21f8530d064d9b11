{# The name of the mapping model that the var crm asks for. Only dbt sees whether there is
   one, and its error can't say what to do: so a name that SmartCRM does not come with is
   explained before dbt looks for it. #}
{% macro crm_mapping() %}
    {%- set name = "crm_" ~ smartcrm.crm_named("crm") -%}
    {%- set ours = smartcrm.known_crms() -%}
    {%- if not execute and var("crm") not in ours -%}
        {%- set explained -%}
            crm is '{{ var("crm") }}': its mapping is a model of your own, {{ name }}; if
            you have none, choose one of
            {{ ours | join(", ") }}
        {%- endset -%}
        {%- do log(explained.split() | join(" "), info=true) -%}
    {%- endif -%}
    {{- return(name) -}}
{% endmacro %}
