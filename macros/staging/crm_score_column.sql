{# The column of the export that is the intent score, as text: the one that the var
   score_column names, else the first of the given ones that the export has. #}
{% macro crm_score_column(columns, names) %}
    {%- set name = var("score_column") | string | trim -%}
    {%- if not name -%} {{ return(smartcrm.crm_column(columns, names)) }} {%- endif -%}
    {%- set expression = smartcrm.crm_column(columns, [name]) -%}
    {%- if execute and smartcrm.is_crm_selected() and expression == smartcrm.crm_column(
        [], []
    ) -%}
        {{
            smartcrm.stop_reading(
                var("leads_path") or "the sample",
                "a column " ~ name ~ ", which score_column names",
                columns | join(", ") | truncate(300),
            )
        }}
    {%- endif -%}
    {{- return(expression) -}}
{% endmacro %}
