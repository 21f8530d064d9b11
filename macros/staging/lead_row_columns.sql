{# The columns of a raw row: its nine texts and its fields. #}
{% macro lead_row_columns() %}
    {%- set columns = [] -%}
    {%- for column in smartcrm.canonical_columns() -%}
        {%- do columns.append("raw_" ~ column) -%}
    {%- endfor -%}
    {%- do columns.extend(smartcrm.canonical_columns()) -%}
    {%- for name in smartcrm.extra_columns() -%}
        {%- do columns.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
