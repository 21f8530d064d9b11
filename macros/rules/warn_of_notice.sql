{# Warns with the notice of the model that has just been built, if it has one. #}
{% macro warn_of_notice() %}
    {%- if execute -%}
        {%- for row in run_query("select notice from " ~ this) if row.notice -%}
            {%- do exceptions.warn(row.notice) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
