{# Where the leads come from: the file at leads_path, else the relation given. #}
{% macro crm_export(default_relation=none) %}
    {%- if not smartcrm.is_crm_selected() -%} (select null as unread)
    {%- elif var("leads_path") -%}
        {#- where each file is checked before it is read -#}
        {%- do ref("source_files") -%} {{ smartcrm.leads_file(var("leads_path")) }}
    {%- elif default_relation is not none -%} {{ default_relation }}
    {%- elif execute -%}
        {{
            exceptions.raise_compiler_error(
                "crm '"
                ~ var("crm")
                ~ "' has no sample leads; name the export with --vars '{crm: "
                ~ var("crm")
                ~ ", leads_path: FILE}'"
            )
        }}
    {%- endif -%}
{% endmacro %}
