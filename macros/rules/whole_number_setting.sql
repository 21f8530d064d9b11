{# A var that holds a whole number from the least to the most that it can be; anything else
   in it is an error. #}
{% macro whole_number_setting(name, least, most) %}
    {%- set number = var(name) | string | trim -%}
    {%- if not modules.re.fullmatch(
        "[0-9]+", number
    ) or not least <= number | int <= most -%}
        {%- do exceptions.raise_compiler_error(
            "%s is '%s'; give a whole number from %s to %s"
            % (name, number, least, most)
        ) -%}
    {%- endif -%}
    {{- return(number | int) -}}
{% endmacro %}
