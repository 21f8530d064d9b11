{# A column of a file as text; null where there is none. #}
{% macro column_as_text(column) %}
    {%- set expression = "null" if column is none else smartcrm.quoted_name(column) %}
    cast({{ expression }} as {{ dbt.type_string() }})
{% endmacro %}
