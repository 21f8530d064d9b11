{# The first of the given columns that the export has, as text; null where it has none.
   Headers match without regard to case, spaces and underscores. #}
{% macro crm_column(columns, names, required=false) %}
    {%- set by_header = {} -%}
    {%- for column in columns -%}
        {%- do by_header.setdefault(header_key(column), column) -%}
    {%- endfor -%}
    {%- for name in names if header_key(name) in by_header -%}
        {{
            return(
                "cast("
                ~ quoted_name(by_header[header_key(name)])
                ~ " as "
                ~ dbt.type_string()
                ~ ")"
            )
        }}
    {%- endfor -%}
    {%- if required and execute and is_crm_selected() -%}
        {{
            stop_reading(
                var("leads_path"),
                "a column " ~ names | join(" or "),
                columns | join(", ") | truncate(300),
            )
        }}
    {%- endif -%}
    {{- return("cast(null as " ~ dbt.type_string() ~ ")") -}}
{% endmacro %}
