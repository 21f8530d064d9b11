{# The pairs of what funnels are cut by, for two filters at once: by the name of the pair
   the places of both in the var segments. #}
{% macro segment_pairs() %}
    {%- set names = smartcrm.segments() | list -%}
    {%- set pairs = {} -%}
    {%- for first in names -%}
        {%- set nth = loop.index -%}
        {%- for second in names[nth:] -%}
            {%- do pairs.update({first ~ " and " ~ second: [nth, nth + loop.index]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(pairs) -}}
{% endmacro %}
