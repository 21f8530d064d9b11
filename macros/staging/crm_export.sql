{# Where the leads, or another kind of record, come from: the file that is named, else the
   relation given. Only leads there have to be. #}
{% macro crm_export(default_relation=none, record="leads") %}
    {%- set setting = record ~ "_path" -%}
    {%- if not smartcrm.is_crm_selected(record) -%} (select null as unread)
    {%- elif var(setting) -%}
        {#- where each file is checked before it is read -#}
        {%- do ref("source_files") -%} {{ smartcrm.leads_file(var(setting), setting) }}
    {%- elif default_relation is not none -%} {{ default_relation }}
    {%- elif record != "leads" -%} (select null as unread limit 0) as nothing
    {%- elif execute -%}
        {%- do exceptions.raise_compiler_error(
            "crm '%s' has no sample leads; name its export: leads_path, or "
            "make LEADS=FILE" % var("crm")
        ) -%}
    {%- endif -%}
{% endmacro %}
