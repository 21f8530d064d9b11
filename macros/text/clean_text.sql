{# Text without blanks at its ends; null where it only says that there is nothing. #}
{% macro clean_text(column) %}
    {%- set blanks = "' ' || chr(9) || chr(10) || chr(13) || chr(160)" -%}
    {%- set trimmed = "trim(both " ~ blanks ~ " from " ~ column ~ ")" -%}
    case
        when lower({{ trimmed }}) not in ('', 'n/a', 'na', 'null', 'select', '-')
        then {{ trimmed }}
    end
{% endmacro %}
