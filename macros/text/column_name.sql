{# A column header as the name of a column: lowercase, with an underscore for whatever is
   neither letter nor digit. #}
{% macro column_name(header) %}
    {{- return(modules.re.sub("\W+", "_", header | lower).strip("_")) -}}
{% endmacro %}
