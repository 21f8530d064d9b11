{# A number rounded half up to so many digits, with the same bits on every engine. #}
{% macro rounded(expression, digits=0) %}
    {%- set scale = 10**digits -%}
    floor(cast({{ expression }} as {{ smartcrm.type_double() }}) * {{ scale }} + 0.5)
    / {{ scale }}
{% endmacro %}
