{# A column's name as an identifier in SQL, whatever is in it. #}
{% macro quoted_name(name) %}
    {{- return(adapter.quote(name | replace('"', '""'))) -}}
{% endmacro %}
