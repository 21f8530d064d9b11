{# The columns of extra_columns by their names, ready to stand before others in a select;
   in a mapping, from what extra_columns_read has read. #}
{% macro extra_columns_named(relation=none, are_as_read=false) %}
    {%- for name in smartcrm.extra_columns() -%}
        {{- relation ~ "." if relation -}}
        {%- if are_as_read -%} {{ adapter.quote("extra_" ~ name) }} as {% endif -%}
        {{ adapter.quote(name) }},
    {% endfor -%}
{% endmacro %}
