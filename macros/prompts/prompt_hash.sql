{# What a prompt is known by: it changes with its name, its version and its text. #}
{% macro prompt_hash(prompt_name, prompt_version, prompt_text) %}
    {%- set parts -%}
        concat({{ prompt_name }}, ' ', {{ prompt_version }}, ' ', {{ prompt_text }})
    {%- endset %}
    {{ dbt.hash(parts) }}
{% endmacro %}
