{# The CRM that a setting names; one that SmartCRM comes with is refused in another case,
   which dbt could only say that it has no model for. #}
{% macro crm_named(setting) %}
    {%- set name = var(setting) -%}
    {%- set ours = smartcrm.known_crms() -%}
    {%- if name not in ours and name | lower | trim in ours -%}
        {%- do exceptions.raise_compiler_error(
            "%s is '%s': write %s" % (setting, name, name | lower | trim)
        ) -%}
    {%- endif -%}
    {{- return(name) -}}
{% endmacro %}
