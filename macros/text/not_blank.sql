{# Trimmed text; null where it only says that there is nothing, as people, databases and
   pandas write it, MySQL's day of zeros too, or is an error of a spreadsheet's formula. #}
{% macro not_blank(trimmed_text) %}
    {%- set errors = (
        "#n/a #name? #null! #num! #ref! #value! #div/0! #nv #wert! #bezug! #zahl! "
        "#n/d #nom? #nome? #nul! #rif! #valor!"
    ).split() -%}
    {#- in this case alone: Nan is a name -#}
    {%- set nothing = ["nan", "NaN", "NaT", "<NA>", "\\N"] -%}
    case
        -- most texts are longer than any that says so
        when length({{ trimmed_text }}) > 7
        then
            case
                when {{ trimmed_text }} like '0000-00-00%'
                then null
                else {{ trimmed_text }}
            end
        when
            lower({{ trimmed_text }}) in ('', 'n/a', 'na', 'null', '[]')
            or lower({{ trimmed_text }}) in ('select', '-', '-none-')
            or {{ trimmed_text }} in (
                {%- for text in nothing %}
                    {{ smartcrm.text_literal(text) }}{% if not loop.last %},{% endif %}
                {%- endfor %}
            )
            or (
                {{ trimmed_text }} like '#%'
                and lower({{ trimmed_text }}) in ('{{ errors | join("', '") }}')
            )
        then null
        else {{ trimmed_text }}
    end
{% endmacro %}
