{# The table or view that a setting names instead of a file; none where it names a file.
   One that is not there, or that a build writes, stops the run with one line. #}
{% macro input_relation(path, setting="leads_path") %}
    {%- set formats = smartcrm.file_formats() -%}
    {#- a mark that some engine puts around names is part of none -#}
    {%- set part = '("[^"`]+"|\w+)' -%}
    {%- set ending = modules.re.sub("\.gz$", "", path | lower).split(".")[-1] -%}
    {%- if ending in formats or not modules.re.fullmatch(
        part ~ "(\." ~ part ~ "){0,2}", path
    ) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for quoted, bare in modules.re.findall('"([^"]+)"|(\w+)', path) -%}
        {%- do parts.append(quoted or bare) -%}
    {%- endfor -%}
    {%- set ours = [target.database or none, target.schema][: 3 - parts | length] -%}
    {%- set database, schema, name = ours + parts -%}
    {%- set named = api.Relation.create(
        database=database, schema=schema, identifier=name
    ) -%}
    {%- if not execute -%} {{ return(named) }} {%- endif -%}
    {%- for node in graph.nodes.values() if node.package_name == "smartcrm" and node.relation_name | lower == named | string | lower -%}
        {%- do smartcrm.stop_reading(
            path, "a table of your own", "one that SmartCRM writes", setting
        ) -%}
    {%- endfor -%}
    {%- for found in smartcrm.relation_names(named) if found | lower == name | lower -%}
        {{
            return(
                api.Relation.create(
                    database=database, schema=schema, identifier=found
                )
            )
        }}
    {%- endfor -%}
    {%- do smartcrm.stop_reading(
        path,
        "a table or view, or a file that ends in " ~ formats
        | join(", ") ~ ", also as .gz",
        "none of that name in " ~ [database, schema]
        | select
        | join(".")
        ~ "; write "
        ~ (
            "DATABASE.SCHEMA.TABLE, and attach its database in profiles.yml"
            if target.type == "duckdb"
            else "SCHEMA.TABLE"
        ),
        setting,
    ) -%}
{% endmacro %}
