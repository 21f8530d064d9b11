{# The ids of a cell with nothing but the separator between them: no blanks, and no parts
   without an id. #}
{% macro ids_in_cell(expression, separator) %}
    {%- set between = "[\\s{0}]*[{0}][\\s{0}]*".format(separator) -%}
    {%- set at_ends = "^[{0}]|[{0}]$".format(separator) -%}
    {%- set tidied = smartcrm.regexp_replace_all(expression, between, separator) %}
    {{ smartcrm.regexp_replace_all(tidied, at_ends) }}
{% endmacro %}
