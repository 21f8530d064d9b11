{# How many bytes of text a compressed file comes to, and how many it has itself. #}
{% macro text_size(file, format) %}
    {%- set texts = [] -%}
    {%- if format == "parquet" -%}
        {%- set relation = "read_parquet(" ~ smartcrm.text_literal(file) ~ ")" -%}
        {%- for name, type in run_query(
            "select column_name, column_type from (describe select * from "
            ~ relation
            ~ ")"
        ).rows if type == "VARCHAR" -%}
            {%- do texts.append(smartcrm.quoted_name(name)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set relation = smartcrm.csv_lines(file) -%} {%- do texts.append("line") -%}
    {%- endif -%}
    {%- set query -%}
        select
            {%- for text in texts %} coalesce(sum(strlen({{ text }})), 0) + {% endfor %} 0,
            (select size from read_blob({{ smartcrm.text_literal(file) }}))
        from {{ relation }} as texts
    {%- endset -%}
    {{- return(run_query(query).rows[0]) -}}
{% endmacro %}
