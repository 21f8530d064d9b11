{# Text with everything but letters, digits and -._~ escaped as an address asks for. #}
{% macro url_encoded(expression) %}
    {{- return(adapter.dispatch("url_encoded", "smartcrm")(expression)) -}}
{% endmacro %}

{% macro default__url_encoded(expression) %}
    {{
        exceptions.raise_compiler_error(
            "url_encoded: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__url_encoded(expression) %}
    {{- return("url_encode(" ~ expression ~ ")") -}}
{% endmacro %}
