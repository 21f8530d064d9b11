{# The rows of a seed, which dbt-spark fills in without escaping the quotes in them. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model.config.column_types -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- set type = types.get(
                agate_table.column_names[loop.index0],
                adapter.convert_type(agate_table, loop.index0),
            ) -%}
            {%- set literal = (
                "null"
                if value is none
                else smartcrm.spark__text_literal(value)
            ) -%}
            {%- do values.append("cast(" ~ literal ~ " as " ~ type ~ ")") -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ values | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- set sql = "insert into " ~ this ~ " values " ~ rows | join(", ") -%}
    {%- if rows -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {%- endif -%}
    {{ return(sql) }}
{% endmacro %}
