{# Trimmed text; null where it only says that there is nothing, or is an error of a
   spreadsheet's formula. #}
{% macro not_blank(trimmed_text) %}
    {%- set errors = [
        "#n/a",
        "#name?",
        "#null!",
        "#num!",
        "#ref!",
        "#value!",
        "#div/0!",
        "#nv",
        "#wert!",
        "#bezug!",
        "#zahl!",
    ] -%}
    case
        -- most texts are longer than any that says so
        when length({{ trimmed_text }}) > 7
        then {{ trimmed_text }}
        when
            lower({{ trimmed_text }}) in ('', 'n/a', 'na', 'null')
            or lower({{ trimmed_text }}) in ('select', '-')
            or (
                {{ trimmed_text }} like '#%'
                and lower({{ trimmed_text }}) in ('{{ errors | join("', '") }}')
            )
        then null
        else {{ trimmed_text }}
    end
{% endmacro %}
