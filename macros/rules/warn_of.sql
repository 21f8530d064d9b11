{# Warns with what a column of the model that has just been built says, each text once. #}
{% macro warn_of(column) %}
    {%- if execute -%}
        {%- set said -%}
            select distinct {{ column }} from {{ this }} where {{ column }} is not null
        {%- endset -%}
        {%- for row in run_query(said) -%}
            {%- do exceptions.warn(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
