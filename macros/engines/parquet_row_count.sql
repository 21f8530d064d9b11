{# How many rows a Parquet file has, by its footer. #}
{% macro parquet_row_count(file) %}
    {{- return(adapter.dispatch("parquet_row_count", "smartcrm")(file)) -}}
{% endmacro %}

{% macro default__parquet_row_count(file) %}
    {{
        exceptions.raise_compiler_error(
            "parquet_row_count: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__parquet_row_count(file) %}
    {%- set found = run_query(
        "select num_rows from parquet_file_metadata("
        ~ smartcrm.text_literal(file)
        ~ ")"
    ) -%}
    {{- return(found.rows[0][0] | int) -}}
{% endmacro %}
