{# Whether the text of a checkbox says yes; null where it says nothing. #}
{% macro is_yes(expression) %}
    lower(trim({{ expression }})) in ('true', 't', '1', 'yes', 'y')
{% endmacro %}
