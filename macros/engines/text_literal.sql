{# A text value as a SQL literal, whatever is in it. #}
{% macro text_literal(value) %}
    {{- return(adapter.dispatch("text_literal", "smartcrm")(value)) -}}
{% endmacro %}

{% macro default__text_literal(value) %}
    {{- return("'" ~ value | string | replace("'", "''") ~ "'") -}}
{% endmacro %}

{% macro spark__text_literal(value) %}
    {%- set escaped = value | string | replace("\\", "\\\\") | replace("'", "\\'") -%}
    {{- return("'" ~ escaped ~ "'") -}}
{% endmacro %}
