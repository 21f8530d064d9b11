{# Trimmed text; null where it only says that there is nothing. #}
{% macro not_blank(trimmed_text) %}
    {#- a case, since DuckDB makes a join of a long list -#}
    case
        lower({{ trimmed_text }})
        {%- for nothing in ["", "n/a", "na", "null", "select", "-"] %}
            when '{{ nothing }}' then null
        {%- endfor %}
        else {{ trimmed_text }}
    end
{% endmacro %}
