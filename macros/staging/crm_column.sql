{# The first of the given columns that the export has, as text; null where it has none. #}
{% macro crm_column(columns, names) %}
    {{- return(smartcrm.column_as_text(smartcrm.matching_column(columns, names))) -}}
{% endmacro %}
