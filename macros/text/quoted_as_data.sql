{# Text that can stand in a prompt's block and can't close it. #}
{% macro quoted_as_data(expression) %}
    replace(replace(replace({{ expression }}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
{% endmacro %}
