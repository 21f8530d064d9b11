{# Trimmed text; null where it only says that there is nothing. #}
{% macro not_blank(trimmed_text) %}
    case
        when lower({{ trimmed_text }}) not in ('', 'n/a', 'na', 'null', 'select', '-')
        then {{ trimmed_text }}
    end
{% endmacro %}
