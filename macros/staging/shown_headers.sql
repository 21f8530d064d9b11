{# The columns of a file for a message; of a file without a header, whose first row is a
   person's, nothing is shown. What to do about them may follow. #}
{% macro shown_headers(columns, advice="") %}
    {%- for column in columns if modules.re.search("@|^\d[\d./-]*$", column) -%}
        {{ return("a first row that looks like data; add a header") }}
    {%- endfor -%}
    {{- return(columns | join(", ") | truncate(300) ~ advice) -}}
{% endmacro %}
