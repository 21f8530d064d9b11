{# A CSV, Parquet or JSON file (a glob works) as a relation that SQL can select from. #}
{% macro leads_file(path, setting="leads_path") %}
    {%- set relation = smartcrm.input_relation(path, setting) -%}
    {%- if relation -%} {{ return(relation) }} {%- endif -%}
    {{- return(adapter.dispatch("leads_file", "smartcrm")(path, setting)) -}}
{% endmacro %}

{% macro default__leads_file(path, setting) %}
    {{
        exceptions.raise_compiler_error(
            setting
            ~ " reads files with DuckDB only; on "
            ~ target.type
            ~ " load the file into a table and select from it in the model"
        )
    }}
{% endmacro %}

{% macro duckdb__leads_file(path, setting) %}
    {%- set file = smartcrm.text_literal(path) -%}
    {%- set format = smartcrm.leads_file_format(path, setting) -%}
    {%- if format == "csv" -%}
        {{
            return(
                "read_csv("
                ~ file
                ~ ", header = true, all_varchar = true, union_by_name = true)"
            )
        }}
    {%- elif format == "json" -%}
        {{
            return(
                "(select columns(*) ->> '$' from read_json("
                ~ file
                ~ ", maximum_depth = 1, union_by_name = true))"
            )
        }}
    {%- else -%} {{ return("read_parquet(" ~ file ~ ", union_by_name = true)") }}
    {%- endif -%}
{% endmacro %}
