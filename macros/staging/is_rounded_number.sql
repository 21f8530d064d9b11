{# Whether a text is a number that a spreadsheet has rounded, as 1.51234E+11. #}
{% macro is_rounded_number(text) %}
    {%- set rounded = smartcrm.matches(text, "\d([.,]\d+)?[Ee]\+\d+") -%}
    {#- most texts have no sign, which is far cheaper to see -#}
    {{- return("(" ~ text ~ " like '%+%' and " ~ rounded ~ ")") -}}
{% endmacro %}
