{# A text value as a SQL literal, whatever is in it. #}
{% macro text_literal(value) %}
    {{- return(adapter.dispatch("text_literal", "smartcrm")(value)) -}}
{% endmacro %}

{% macro default__text_literal(value) %}
    {{
        exceptions.raise_compiler_error(
            "text_literal: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__text_literal(value) %}
    {{- return("'" ~ value | string | replace("'", "''") ~ "'") -}}
{% endmacro %}

{% macro postgres__text_literal(value) %}
    {{- return("'" ~ value | string | replace("'", "''") ~ "'") -}}
{% endmacro %}

{% macro spark__text_literal(value) %}
    {%- set escaped = value | string | replace("\\", "\\\\") | replace("'", "\\'") -%}
    {{- return("'" ~ escaped ~ "'") -}}
{% endmacro %}
