{# A column header without what people vary: case, spaces and the marks that stand between
   words, a byte order mark. #}
{% macro header_key(header) %}
    {{- return(modules.re.sub("[\s_.:\-\ufeff]+", "", header | lower)) -}}
{% endmacro %}
