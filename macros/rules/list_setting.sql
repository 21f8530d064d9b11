{# A var that holds a list of names; anything else in it is an error. #}
{% macro list_setting(name) %}
    {%- set names = var(name) or [] -%}
    {%- if names is string or names is not iterable or names is mapping -%}
        {%- do exceptions.raise_compiler_error(
            name ~ " is '" ~ names ~ "'; give a list: [" ~ names ~ "]"
        ) -%}
    {%- endif -%}
    {{- return(names | map("string") | list) -}}
{% endmacro %}
