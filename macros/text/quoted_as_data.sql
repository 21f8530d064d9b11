{# Text that can stand in a prompt's block and can't close it. #}
{% macro quoted_as_data(expression) %}
    {%- set state = namespace(sql=expression) -%}
    {%- for character, entity in [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")] -%}
        {%- set state.sql = (
            "replace(" ~ state.sql ~ ", '%s', '%s')" % (character, entity)
        ) -%}
    {%- endfor -%}
    {{- return(state.sql) -}}
{% endmacro %}
