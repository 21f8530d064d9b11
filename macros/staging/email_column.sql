{# The column of the leads' export that has their e-mail addresses, by the meta `email` of
   its mapping; none where it has none, or where nothing asks for it. #}
{% macro email_column() %}
    {%- if not var("leads_path") or not var("activities_path") or not execute -%}
        {{ return(none) }}
    {%- endif -%}
    {%- for node in graph.nodes.values() if node.name == smartcrm.record_mapping("leads") -%}
        {{
            return(
                smartcrm.matching_column(
                    smartcrm.crm_export_columns(),
                    node.config.meta.get("email", []),
                    node.config.meta.get("header_prefixes", []),
                )
            )
        }}
    {%- endfor -%}
{% endmacro %}
