{# A catalogue text with its {places} filled from the columns of the same name. #}
{% macro fill_places(template, columns) %}
    {%- set filled = namespace(sql=template) -%}
    {%- for column in columns -%}
        {%- set filled.sql -%}
            replace(
                {{ filled.sql }},
                {{ smartcrm.text_literal("{" ~ column ~ "}") }},
                coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
            )
        {%- endset -%}
    {%- endfor -%}
    {{- filled.sql -}}
{% endmacro %}
