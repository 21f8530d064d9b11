{# The parts of a text between separators, a row for each: a column of a select. #}
{% macro text_parts(expression, separator) %}
    {{- return(adapter.dispatch("text_parts", "smartcrm")(expression, separator)) -}}
{% endmacro %}

{% macro duckdb__text_parts(expression, separator) %}
    unnest(string_split({{ expression }}, '{{ separator }}'))
{% endmacro %}

{% macro postgres__text_parts(expression, separator) %}
    {#- an array of an empty text has no part #}
    regexp_split_to_table({{ expression }}, '[{{ separator }}]')
{% endmacro %}

{% macro spark__text_parts(expression, separator) %}
    {#- which splits by a regular expression #}
    explode(split({{ expression }}, '[{{ separator }}]'))
{% endmacro %}
