{# The score of the export that its CRM does not keep up any more, by the mapping's meta
   `stopped_scores`: {column, stopped_on, is_read}. None where the export has none, and
   where another column is the score. #}
{% macro stopped_score() %}
    {%- if not var("leads_path") or not execute -%} {{ return(none) }} {%- endif -%}
    {%- set columns = smartcrm.crm_export_columns() -%}
    {%- set reads = smartcrm.fields_read(columns) | selectattr("column") -%}
    {%- set reads = reads | selectattr("field", "eq", "intent_score") -%}
    {%- set scores = reads | map(attribute="column") | list -%}
    {%- for node in graph.nodes.values() if node.name == smartcrm.record_mapping("leads") -%}
        {%- set meta = node.config.meta -%}
        {%- for header, stopped_on in meta.get("stopped_scores", {}).items() -%}
            {%- set column = smartcrm.matching_column(
                columns, [header], meta.get("header_prefixes", [])
            ) -%}
            {%- if column and scores in ([], [column]) -%}
                {{
                    return(
                        {
                            "column": column,
                            "stopped_on": stopped_on,
                            "is_read": scores != [],
                        }
                    )
                }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}
