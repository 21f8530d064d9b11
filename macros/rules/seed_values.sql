{# The values of a seed's column as it was last built, in the order of the file; none while
   dbt parses, or before the seed is there. #}
{% macro seed_values(seed, column) %}
    {%- set relation = ref(seed) -%}
    {%- if not execute or load_relation(relation) is none -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set query -%}
        select {{ column }}
        from
            (select {{ column }}, {{ smartcrm.file_order() }} as place from {{ relation }})
            as numbered
        order by place
    {%- endset -%}
    {{- return(run_query(query).columns[0].values() | list) -}}
{% endmacro %}
