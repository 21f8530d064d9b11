{# Relation of the ids of leads by their e-mail addresses, in lower case, as far as each is
   of one lead. One row per email; none where the leads' export has no such column. #}
{% macro leads_by_email() %}
    {%- if var("leads_path") -%}
        {#- where each file is checked before it is read -#}
        {%- do ref("source_files") -%}
    {%- endif -%}
    {%- set column = smartcrm.email_column() -%}
    {%- set ids = [] -%}
    {%- if column -%}
        {%- for read in smartcrm.fields_read(smartcrm.crm_export_columns()) if read.field == "lead_id" -%}
            {%- do ids.append(smartcrm.column_as_text(read.column)) -%}
        {%- endfor -%}
    {%- endif -%}
    (
        select email, min(lead_id) as lead_id
        from
            (
                select
                    lower(trim({{ smartcrm.column_as_text(column) }})) as email,
                    {{ ids[0] if ids else smartcrm.column_as_text(none) }} as lead_id
                from
                    {% if column -%}
                        {{ smartcrm.leads_file(var("leads_path")) }} as export
                    {%- else -%} (select null as unread) as nothing
                    {%- endif %}
            ) as named
        where email like '%@%'
        group by email
        having min(trim(lead_id)) = max(trim(lead_id))
    )
{% endmacro %}
