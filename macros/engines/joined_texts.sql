{# The texts of a group in an order, with a separator; of the first few, if a number is
   given. #}
{% macro joined_texts(expression, separator, order_by, limit=none) %}
    {{-
        return(
            adapter.dispatch("joined_texts", "smartcrm")(
                expression, separator, order_by, limit
            )
        )
    -}}
{% endmacro %}

{% macro default__joined_texts(expression, separator, order_by, limit) %}
    {{
        exceptions.raise_compiler_error(
            "joined_texts: not written for " ~ target.type
        )
    }}
{% endmacro %}

{% macro duckdb__joined_texts(expression, separator, order_by, limit) %}
    {{- return(dbt.listagg(expression, separator, order_by, limit)) -}}
{% endmacro %}

{% macro postgres__joined_texts(expression, separator, order_by, limit) %}
    {{- return(dbt.listagg(expression, separator, order_by, limit)) -}}
{% endmacro %}

{% macro spark__joined_texts(expression, separator, order_by, limit) %}
    {%- if not limit -%}
        {{-
            return(
                "listagg("
                ~ expression
                ~ ", "
                ~ separator
                ~ ") within group ("
                ~ order_by
                ~ ")"
            )
        -}}
    {%- endif -%}
    {{ exceptions.raise_compiler_error("joined_texts: Spark has no limit") }}
{% endmacro %}
