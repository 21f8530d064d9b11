{# A var that holds a share of a whole, from 0 to 1; anything else in it is an error. #}
{% macro share_setting(name) %}
    {%- set share = var(name) | string | trim -%}
    {%- if not modules.re.fullmatch("0(\.[0-9]+)?|1(\.0+)?", share) -%}
        {%- do exceptions.raise_compiler_error(
            name ~ " is '" ~ share ~ "'; give a number from 0 to 1"
        ) -%}
    {%- endif -%}
    {{- return(share) -}}
{% endmacro %}
