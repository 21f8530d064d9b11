{# What a mapping reads, by its meta `headers`: a list of {field, name, headers, column}.
   Every field is there, at least once; several names may make one field. `column` is the
   header as the export spells it, or none. Of the mapping that reads the kind of record, if
   none is given; empty while dbt parses. #}
{% macro fields_read(columns, mapping_name=none, record="leads") %}
    {%- set fields = smartcrm.record_columns(record) -%}
    {%- set reads = [] -%}
    {%- set model_name = mapping_name or smartcrm.record_mapping(record) -%}
    {%- for node in graph.get("nodes", {}).values() if node.name == model_name -%}
        {%- set headers_of = node.config.meta.get("headers", {}) -%}
        {%- if not headers_of and node.package_name != "smartcrm" -%}
            {#- a mapping of another project may select as it likes -#}
            {{ return([]) }}
        {%- endif -%}
        {%- if "lead_id" not in headers_of -%}
            {%- do exceptions.raise_compiler_error(
                "%s: config(meta={'headers': ...}) has to say which column is the "
                "lead_id; see docs/exports.md, Another CRM"
                % node.original_file_path
            ) -%}
        {%- endif -%}
        {%- for field in headers_of if field not in fields -%}
            {%- do exceptions.raise_compiler_error(
                "%s: headers has '%s', which is no field; choose from %s"
                % (node.original_file_path, field, fields | join(", "))
            ) -%}
        {%- endfor -%}
        {%- for field in fields -%}
            {%- set given = headers_of.get(field, []) -%}
            {%- if field == "intent_score" and var("score_column") -%}
                {%- set given = [var("score_column")] -%}
            {%- endif -%}
            {%- set by_name = given if given is mapping else {field: given} -%}
            {%- for name, headers in by_name.items() -%}
                {%- set headers = [headers] if headers is string else headers -%}
                {%- do reads.append(
                    {
                        "field": field,
                        "name": name,
                        "headers": headers,
                        "column": smartcrm.matching_column(
                            columns,
                            headers,
                            node.config.meta.get("header_prefixes", []),
                        ),
                    }
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(reads) -}}
{% endmacro %}
