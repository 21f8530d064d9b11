{# A text in the spelling of the list it belongs to, in any case; null outside of it. #}
{% macro one_of(expression, values) %}
    case
        lower({{ expression }})
        {%- for value in values %}
            when {{ smartcrm.text_literal(value | lower) }}
            then {{ smartcrm.text_literal(value) }}
        {%- endfor %}
    end
{% endmacro %}
