{# A var that holds a number of days, 1 at least; anything else in it is an error. #}
{% macro days_setting(name) %}
    {%- set days = var(name) | string | trim -%}
    {%- if not modules.re.fullmatch("[1-9][0-9]{0,4}", days) -%}
        {{
            exceptions.raise_compiler_error(
                name ~ " is '" ~ days ~ "'; give a number of days, 1 to 99999"
            )
        }}
    {%- endif -%}
    {{- return(days | int) -}}
{% endmacro %}
