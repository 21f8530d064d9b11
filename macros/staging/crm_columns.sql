{# Everything that a mapping reads of the export, as text, by the names that its meta
   `headers` has for it, and the columns of extra_columns: a mapping's first select. The
   id has to be there, and a score that is named; any other column that is not is null. #}
{% macro crm_columns() %}
    {%- set is_read = execute and smartcrm.is_crm_selected() -%}
    {%- set columns = smartcrm.crm_export_columns() if is_read else [] -%}
    {{ smartcrm.extra_columns_read(columns) }}
    {%- for read in smartcrm.fields_read(columns, model.name) %}
        {%- set is_named = read.field == "intent_score" and var("score_column") -%}
        {%- if is_read and not read.column and (read.field == "lead_id" or is_named) -%}
            {{
                smartcrm.stop_reading(
                    var("leads_path") or "the sample",
                    "a column " ~ read.headers
                    | join(" or ")
                    ~ (", which score_column names" if is_named else ""),
                    smartcrm.shown_headers(columns),
                )
            }}
        {%- endif %}
        {{ smartcrm.column_as_text(read.column) }} as {{ read.name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor -%}
{% endmacro %}
