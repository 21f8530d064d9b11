{# What people vary within a word, as a pattern of one mark: blanks, also hard ones,
   underscores, what JSON puts around the one word of a list, and dashes of any length, but
   for those of a size such as 51-200. #}
{% macro word_marks(field=none) %}
    {%- set blanks = '\s_\u00a0\u2007\u202f\[\]"' -%}
    {%- set dashes = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212-" -%}
    {{- return("[" ~ blanks ~ (dashes if field != "company_size") ~ "]") -}}
{% endmacro %}
