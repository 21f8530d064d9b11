{# The columns of the leads' export that say when something happened, by the meta of its
   mapping, `activity_dates` or `stage_dates`: a list of {value, column}. None of a mapping
   that reads no file. #}
{% macro lead_dates(record) %}
    {%- set dates = [] -%}
    {%- if not var("leads_path") -%} {{ return(dates) }} {%- endif -%}
    {#- where each file is checked before it is read -#}
    {%- do ref("source_files") -%}
    {%- if not execute -%} {{ return(dates) }} {%- endif -%}
    {%- set key = {"activities": "activity_dates", "stage_changes": "stage_dates"} -%}
    {%- set columns = smartcrm.crm_export_columns() -%}
    {%- for node in graph.nodes.values() if node.name == smartcrm.record_mapping("leads") -%}
        {%- set meta = node.config.meta -%}
        {%- for value, names in meta.get(key[record], {}).items() -%}
            {#- as in headers: the best of a list, and each of several names -#}
            {%- set by_name = names if names is mapping else {value: names} -%}
            {%- for headers in by_name.values() -%}
                {%- set column = smartcrm.matching_column(
                    columns, headers, meta.get("header_prefixes", [])
                ) -%}
                {%- if column -%}
                    {%- do dates.append({"value": value, "column": column}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(dates) -}}
{% endmacro %}
