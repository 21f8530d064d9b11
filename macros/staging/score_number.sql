{# The number that a text gives for a score, in plain digits, also with a decimal comma,
   which has one digit or two behind it; null where it gives none. #}
{% macro score_number(text) %}
    case
        when {{ smartcrm.matches(text, "[+-]?(\d+(\.\d*)?|\.\d+)") }}
        then {{ smartcrm.try_cast(text, smartcrm.type_double()) }}
        when {{ smartcrm.matches(text, "[+-]?\d+,\d\d?") }}
        then
            {{
                smartcrm.try_cast(
                    "replace(" ~ text ~ ", ',', '.')", smartcrm.type_double()
                )
            }}
    end
{% endmacro %}
