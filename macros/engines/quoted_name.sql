{# A column's name as an identifier in SQL, whatever is in it. #}
{% macro quoted_name(name) %}
    {{- return(adapter.dispatch("quoted_name", "smartcrm")(name)) -}}
{% endmacro %}

{% macro default__quoted_name(name) %}
    {{- return(adapter.quote(name | replace('"', '""'))) -}}
{% endmacro %}

{% macro spark__quoted_name(name) %}
    {{- return(adapter.quote(name | replace("`", "``"))) -}}
{% endmacro %}
