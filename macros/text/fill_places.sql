{# A catalogue text with its {places} filled from the columns of the same name, or from
   the SQL that a mapping has for each name. #}
{% macro fill_places(template, columns) %}
    {%- set filled = namespace(sql=template) -%}
    {%- for column in columns -%}
        {%- set value = columns[column] if columns is mapping else column -%}
        {%- set filled.sql -%}
            replace(
                {{ filled.sql }},
                {{ smartcrm.text_literal("{" ~ column ~ "}") }},
                coalesce(cast({{ value }} as {{ dbt.type_string() }}), '')
            )
        {%- endset -%}
    {%- endfor -%}
    {{- filled.sql -}}
{% endmacro %}
