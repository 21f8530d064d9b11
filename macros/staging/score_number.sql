{# The number that a text gives for a score, in plain digits; null where it gives none. #}
{% macro score_number(text) %}
    case
        when {{ smartcrm.matches(text, "[+-]?(\d+(\.\d*)?|\.\d+)") }}
        then {{ smartcrm.try_cast(text, smartcrm.type_double()) }}
    end
{% endmacro %}
