{# The names of the tables and views that are in a relation's schema now, whatever dbt
   has seen there before. #}
{% macro relation_names(relation) %}
    {{- return(adapter.dispatch("relation_names", "smartcrm")(relation)) -}}
{% endmacro %}

{% macro default__relation_names(relation) %}
    {%- set found = dbt.list_relations_without_caching(relation) -%}
    {{- return(found.columns["name"].values() | list) -}}
{% endmacro %}

{# A schema that is not there is an error to Spark. #}
{% macro spark__relation_names(relation) %}
    {%- if not adapter.check_schema_exists(none, relation.schema) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query("show tables in " ~ relation.without_identifier()) -%}
    {{- return(found.columns["tableName"].values() | list) -}}
{% endmacro %}
