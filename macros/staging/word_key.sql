{# A word without what people vary: case, blanks, underscores and dashes. #}
{% macro word_key(expression, field=none) %}
    {%- set marks = smartcrm.word_marks(field) -%}
    {{- return("lower(" ~ smartcrm.regexp_replace_all(expression, marks) ~ ")") -}}
{% endmacro %}
