{# A word without what people vary: case, blanks, underscores and dashes. #}
{% macro word_key(expression, field=none) %}
    lower({{ smartcrm.regexp_replace_all(expression, smartcrm.word_marks(field)) }})
{% endmacro %}
