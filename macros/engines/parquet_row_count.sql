{# How many rows a Parquet file has, by its footer. #}
{% macro parquet_row_count(file) %}
    {%- set found = run_query(
        "select num_rows from parquet_file_metadata("
        ~ smartcrm.text_literal(file)
        ~ ")"
    ) -%}
    {{- return(found.rows[0][0] | int) -}}
{% endmacro %}
