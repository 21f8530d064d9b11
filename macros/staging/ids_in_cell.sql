{# The ids of a cell with nothing but the separator between them: no blanks, and no parts
   without an id. #}
{% macro ids_in_cell(expression, separator) %}
    {%- set between = (
        "[\\s" ~ separator ~ "]*[" ~ separator ~ "][\\s" ~ separator ~ "]*"
    ) -%}
    {%- set tidied = smartcrm.regexp_replace_all(expression, between, separator) -%}
    {{-
        return(
            smartcrm.regexp_replace_all(
                tidied, "^[" ~ separator ~ "]|[" ~ separator ~ "]$"
            )
        )
    -}}
{% endmacro %}
