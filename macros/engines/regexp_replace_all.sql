{# Text with every match of a pattern replaced. #}
{% macro regexp_replace_all(expression, pattern, replacement="") %}
    {{-
        return(
            adapter.dispatch("regexp_replace_all", "smartcrm")(
                expression, pattern, replacement
            )
        )
    -}}
{% endmacro %}

{% macro default__regexp_replace_all(expression, pattern, replacement) %}
    {{
        exceptions.raise_compiler_error(
            "regexp_replace_all: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__regexp_replace_all(expression, pattern, replacement) %}
    {{-
        return(
            "regexp_replace("
            ~ expression
            ~ ", "
            ~ smartcrm.text_literal(pattern)
            ~ ", "
            ~ smartcrm.text_literal(replacement)
            ~ ", 'g')"
        )
    -}}
{% endmacro %}
