{# A pattern that takes the first of several that fits, in their order. #}
{% macro first_of(patterns) %}
    {{- return(adapter.dispatch("first_of", "smartcrm")(patterns)) -}}
{% endmacro %}

{% macro default__first_of(patterns) %}
    {{- return(patterns | join("|")) -}}
{% endmacro %}

{# PostgreSQL takes the longest: so a later one is told not to fit where an earlier does. #}
{% macro postgres__first_of(patterns) %}
    {%- set alternatives = [] -%}
    {%- for pattern in patterns -%}
        {%- set earlier = patterns[: loop.index0] | join("|") -%}
        {%- do alternatives.append(
            ("(?!" ~ earlier ~ ")" if earlier else "") ~ pattern
        ) -%}
    {%- endfor -%}
    {{- return(alternatives | join("|")) -}}
{% endmacro %}
