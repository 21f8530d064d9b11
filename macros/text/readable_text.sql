{# Text without the characters that can't be seen: controls other than newline and tab,
   and marks of format other than the joiners that some scripts need. #}
{% macro readable_text(expression) %}
    {%- set lines = smartcrm.regexp_replace_all(
        expression, "\\r\\n?|[\\x{85}\\x{2028}\\x{2029}]", "\n"
    ) -%}
    {%- set unseen = smartcrm.first_of(
        ["([\\n\\t\\x{200C}\\x{200D}])", "[\\p{Cc}\\p{Cf}]"]
    ) %}
    {{ smartcrm.regexp_replace_all(lines, unseen, "\\1") }}
{% endmacro %}
