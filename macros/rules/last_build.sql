{# A relation as the last build left it, whatever a candidate makes of it. #}
{% macro last_build(name) %}
    {%- set places = [target] -%}
    {#- a project that uses this one as a package may have a schema for it -#}
    {%- for node in graph.get("nodes", {}).values() if target.name != "what_if" and node.package_name == "smartcrm" and node.name == name -%}
        {%- do places.append(node) -%}
    {%- endfor -%}
    {%- set place = places | last -%}
    {{-
        return(
            api.Relation.create(
                database=place.database or none,
                schema=place.schema,
                identifier=place.alias or name,
            )
        )
    -}}
{% endmacro %}
