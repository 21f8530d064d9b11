{# The schema a node is built in: a candidate for the rules has one of its own, and what
   it shares with the last build, such as the staged leads, stays where it is. Where this
   project is a package, the project that uses it says how schemas are named. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {%- set theirs = (
        context.get(project_name, {}) if project_name != "smartcrm" else {}
    ) -%}
    {%- if target.name == "what_if" and "what_if" in node.config.tags -%} what_if
    {%- else -%}
        {%- set named = theirs.get("generate_schema_name", dbt.generate_schema_name) -%}
        {{ named(custom_schema_name, node) }}
    {%- endif -%}
{% endmacro %}
