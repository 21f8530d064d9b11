{# The columns of the leads' export that its mapping names for another use than a field of
   the lead, by the key of its meta: a list of {value, column}. None of a mapping that reads
   no file. #}
{% macro meta_columns(key) %}
    {%- set found = [] -%}
    {%- if not var("leads_path") -%} {{ return(found) }} {%- endif -%}
    {#- where each file is checked before it is read -#}
    {%- do ref("source_files") -%}
    {%- if not execute -%} {{ return(found) }} {%- endif -%}
    {%- set columns = smartcrm.crm_export_columns() -%}
    {%- for node in graph.nodes.values() if node.name == smartcrm.record_mapping("leads") -%}
        {%- set meta = node.config.meta -%}
        {%- for value, names in meta.get(key, {}).items() -%}
            {#- as in headers: the best of a list, and each of several names -#}
            {%- set by_name = names if names is mapping else {value: names} -%}
            {%- for headers in by_name.values() -%}
                {%- set headers = [headers] if headers is string else headers -%}
                {%- set column = smartcrm.matching_column(
                    columns, headers, meta.get("header_prefixes", [])
                ) -%}
                {%- if column -%}
                    {%- do found.append({"value": value, "column": column}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}
