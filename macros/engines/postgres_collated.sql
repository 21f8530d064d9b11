{# A text with the collation that knows the letters and digits of every script, where a
   pattern asks for them: a database's own need not. #}
{% macro postgres_collated(expression, pattern) %}
    {{ expression }}
    {%- if "\\p{L}" in pattern or "\\p{N" in pattern %} collate "und-x-icu" {% endif %}
{% endmacro %}
