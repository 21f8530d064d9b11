{# Everything that a mapping reads of the export, as text, by the names that its meta
   `headers` has for it, and of leads the columns of extra_columns: a mapping's first
   select. A field that a record can't do without, and a score that is named, have to be
   there; any other column that is not is null. #}
{% macro crm_columns(record="leads") %}
    {%- set setting = record ~ "_path" -%}
    {%- set needed = {
        "leads": ["lead_id"],
        "activities": ["lead_id", "occurred_at", "activity_type"],
        "stage_changes": ["lead_id", "stage", "entered_at"],
    } -%}
    {#- without a file there is nothing to lack: the sample's columns, or no rows -#}
    {%- set is_read = execute and smartcrm.is_crm_selected(record) -%}
    {%- set columns = smartcrm.crm_export_columns(record) if is_read else [] -%}
    {%- if record != "leads" and not var(setting) and not smartcrm.is_sample() -%}
        {%- set columns = [] -%} {%- set is_read = false -%}
    {%- endif -%}
    {{ smartcrm.extra_columns_read(columns) if record == "leads" }}
    {%- set reads = smartcrm.fields_read(columns, model.name, record) -%}
    {%- set found = reads | selectattr("column") | map(attribute="field") | list -%}
    {%- for read in reads %}
        {%- set is_named = read.field == "intent_score" and var("score_column") -%}
        {%- if is_read and read.field not in found and (
            read.field in needed[record] or is_named
        ) -%}
            {%- set advice = "; name one of them so, or name the CRM they are from" -%}
            {%- do smartcrm.stop_reading(
                var(setting) or "the sample",
                "a column " ~ read.headers
                | join(" or ")
                ~ (", which score_column names" if is_named else ""),
                smartcrm.shown_headers(columns, "" if is_named else advice),
                setting,
            ) -%}
        {%- endif %}
        {{ smartcrm.column_as_text(read.column) }} as {{ read.name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor -%}
{% endmacro %}
