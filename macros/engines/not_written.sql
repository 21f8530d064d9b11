{# Stops the run: a macro has no variant for the engine. #}
{% macro not_written(name) %}
    {%- do exceptions.raise_compiler_error(
        name ~ ": not written for " ~ target.type
    ) -%}
{% endmacro %}
