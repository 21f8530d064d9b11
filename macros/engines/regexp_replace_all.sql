{# Text with every match of a pattern replaced. #}
{% macro regexp_replace_all(expression, pattern, replacement="") %}
    {{-
        return(
            adapter.dispatch("regexp_replace_all", "smartcrm")(
                expression, pattern, replacement
            )
        )
    -}}
{% endmacro %}

{% macro duckdb__regexp_replace_all(expression, pattern, replacement) %}
    regexp_replace(
        {{ expression }},
        {{ smartcrm.text_literal(pattern) }},
        {{ smartcrm.text_literal(replacement) }},
        'g'
    )
{% endmacro %}

{% macro postgres__regexp_replace_all(expression, pattern, replacement) %}
    {%- set replaced -%}
        regexp_replace(
            {{ smartcrm.postgres_collated(expression, pattern) }},
            {{ smartcrm.text_literal(smartcrm.engine_pattern(pattern)) }},
            {{ smartcrm.text_literal(replacement) }},
            'g'
        )
    {%- endset -%}
    {%- if "collate" in replaced %} ({{ replaced }} collate "default")
    {%- else %} {{ replaced }}
    {%- endif %}
{% endmacro %}

{% macro spark__regexp_replace_all(expression, pattern, replacement) %}
    regexp_replace(
        {{ expression }},
        {{ smartcrm.text_literal(smartcrm.engine_pattern(pattern)) }},
        {{ smartcrm.text_literal(modules.re.sub("\\\\(\\d)", "$\\1", replacement)) }}
    )
{% endmacro %}
