{# The least and the most that a score can be, from the vars score_min and score_max; 0 and
   100 where neither is set. #}
{% macro score_range() %}
    {%- set given = {} -%}
    {%- for name in ["score_min", "score_max"] -%}
        {%- set value = var(name) | string | trim -%}
        {%- if modules.re.fullmatch("[+-]?[0-9]+(\.[0-9]+)?", value) -%}
            {%- do given.update({name: value | float}) -%}
        {%- elif value -%}
            {%- do exceptions.raise_compiler_error(
                name ~ " is '" ~ value ~ "'; give a number"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not given -%} {{ return([0, 100]) }} {%- endif -%}
    {%- if given | length == 1 -%}
        {%- do exceptions.raise_compiler_error(
            (given | first)
            ~ " is set alone; give score_min and score_max, or neither"
        ) -%}
    {%- elif given.score_min >= given.score_max -%}
        {%- do exceptions.raise_compiler_error(
            "score_min is %s and score_max is %s; the first has to be less"
            % (var("score_min"), var("score_max"))
        ) -%}
    {%- endif -%}
    {{- return([given.score_min, given.score_max]) -}}
{% endmacro %}
