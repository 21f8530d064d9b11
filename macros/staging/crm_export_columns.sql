{# The export's column names as the file has them; a file that can't be read as leads
   stops the run with one line. #}
{% macro crm_export_columns() %}
    {%- if not execute or not var("leads_path") -%}
        {{ return(smartcrm.canonical_columns()) }}
    {%- endif -%}
    {{- return(smartcrm.file_columns(var("leads_path"))) -}}
{% endmacro %}
