{# The words of a header, in lower case, however it is written: Lead Source, lead_source
   and LeadSource have the same. #}
{% macro header_words(header) %}
    {%- set spaced = modules.re.sub("([a-z])([A-Z])", "\\1 \\2", header) -%}
    {{- return(modules.re.findall("[a-z]+|[0-9]+", spaced | lower)) -}}
{% endmacro %}
