{# The texts of a group in an order (from its words order by), with a separator; a null is
   left out. #}
{% macro joined_texts(expression, separator, order_by) %}
    {{-
        return(
            adapter.dispatch("joined_texts", "smartcrm")(
                expression, separator, order_by
            )
        )
    -}}
{% endmacro %}

{% macro default__joined_texts(expression, separator, order_by) %}
    {{- return(dbt.listagg(expression, separator, order_by)) -}}
{% endmacro %}

{% macro spark__joined_texts(expression, separator, order_by) %}
    listagg({{ expression }}, {{ separator }}) within group ({{ order_by }})
{% endmacro %}
