{# Whether the whole of a text matches a pattern. #}
{% macro matches(expression, pattern) %}
    {{- return(adapter.dispatch("matches", "smartcrm")(expression, pattern)) -}}
{% endmacro %}

{% macro duckdb__matches(expression, pattern) %}
    regexp_full_match({{ expression }}, {{ smartcrm.text_literal(pattern) }})
{% endmacro %}

{% macro postgres__matches(expression, pattern) %}
    {%- set whole = "^(?:" ~ smartcrm.engine_pattern(pattern) ~ ")$" %}
    (
        {{ smartcrm.postgres_collated(expression, pattern) }}
        ~ {{ smartcrm.text_literal(whole) }}
    )
{% endmacro %}

{% macro spark__matches(expression, pattern) %}
    {#- $ would let a line feed follow -#}
    {%- set whole = "\\A(?:" ~ smartcrm.engine_pattern(pattern) ~ ")\\z" %}
    ({{ expression }} rlike {{ smartcrm.text_literal(whole) }})
{% endmacro %}
