{# The column names of the leads' export, or of another kind of record's, as the file has
   them; a file that can't be read stops the run with one line. #}
{% macro crm_export_columns(record="leads") %}
    {%- set setting = record ~ "_path" -%}
    {%- if not var(setting) or not execute -%}
        {{ return(smartcrm.record_columns(record)) }}
    {%- endif -%}
    {{- return(smartcrm.file_columns(var(setting), setting)) -}}
{% endmacro %}
