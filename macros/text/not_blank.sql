{# Trimmed text; null where it only says that there is nothing. #}
{% macro not_blank(trimmed_text) %}
    case
        -- most texts are longer than any that says so
        when length({{ trimmed_text }}) > 6
        then {{ trimmed_text }}
        when
            lower({{ trimmed_text }}) in ('', 'n/a', 'na', 'null')
            or lower({{ trimmed_text }}) in ('select', '-')
        then null
        else {{ trimmed_text }}
    end
{% endmacro %}
