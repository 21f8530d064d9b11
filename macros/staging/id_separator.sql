{# What stands between the ids of several leads in one cell, by the meta `id_separator` of
   the mapping that reads the activities; none where a row is of one lead. #}
{% macro id_separator() %}
    {%- set mapping = smartcrm.record_mapping("activities") -%}
    {%- for node in graph.get("nodes", {}).values() if node.name == mapping -%}
        {{ return(node.config.meta.get("id_separator")) }}
    {%- endfor -%}
{% endmacro %}
