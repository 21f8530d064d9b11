{# A text of a file as a message quotes it: on one line, without what can't be seen, its
   addresses and numbers masked, and no longer than a word or two. #}
{% macro example_text(expression) %}
    {%- set line = smartcrm.regexp_replace_all(
        smartcrm.readable_text(expression), "\\s+", " "
    ) %}
    substring({{ smartcrm.masked(line) }}, 1, 60)
{% endmacro %}
