{# The id that a text gives, without blanks at its ends, and where pandas has made a number
   with a fraction of it, as 1001.0, without that. #}
{% macro id_text(text) %}
    case
        when {{ text }} like '%.0%'
        then
            {{
                smartcrm.regexp_replace_all(
                    smartcrm.default__trimmed(text), "^(\d+)\.0$", "\\1"
                )
            }}
        else {{ smartcrm.trimmed(text) }}
    end
{% endmacro %}
