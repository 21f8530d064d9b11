{# A word without what people vary: case, spaces, underscores and dashes. #}
{% macro word_key(expression) %}
    {{- return("lower(" ~ smartcrm.regexp_replace_all(expression, "[\s_-]") ~ ")") -}}
{% endmacro %}
