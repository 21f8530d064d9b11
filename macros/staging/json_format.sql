{# array or newline_delimited: how the rows of a JSON file stand in it, by its first sign. #}
{% macro json_format(file) %}
    {%- set query -%}
        select line from {{ smartcrm.csv_lines(file) }} as lines where trim(line) != '' limit 1
    {%- endset -%}
    {%- for (line,) in run_query(query).rows -%}
        {%- if (line | trim).startswith("[") -%} {{ return("array") }} {%- endif -%}
    {%- endfor -%}
    {{- return("newline_delimited") -}}
{% endmacro %}
