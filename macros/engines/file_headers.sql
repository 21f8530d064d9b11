{# The headers of a Parquet file. #}
{% macro file_headers(file) %}
    {%- set query -%}
        describe select * from read_parquet({{ smartcrm.text_literal(file) }})
    {%- endset -%}
    {{- return(run_query(query).columns[0].values() | list) -}}
{% endmacro %}
