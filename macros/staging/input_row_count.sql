{# How many rows a file has, by another way than the one that reads them; one that can't be
   read whole stops the run with one line. #}
{% macro input_row_count(file, setting="leads_path") %}
    {%- set format = smartcrm.leads_file_format(file, setting) -%}
    {%- if format == "csv" -%} {{ return(smartcrm.csv_row_count(file, setting)) }}
    {%- elif format == "json" -%} {{ return(smartcrm.json_row_count(file, setting)) }}
    {%- endif -%}
    {{- return(smartcrm.parquet_row_count(file)) -}}
{% endmacro %}
