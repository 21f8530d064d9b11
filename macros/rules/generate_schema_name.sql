{# The schema a node is built in: a candidate for the rules has one of its own, and what
   it shares with the last build, such as the staged leads, stays where it is. #}
{% macro generate_schema_name(custom_schema_name, node) %}
    {%- if target.name == "what_if" and "what_if" in node.config.tags -%} what_if
    {%- else -%} {{ target.schema }}
    {%- endif -%}
{% endmacro %}
