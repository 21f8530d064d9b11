{# One bound, low or high, of Wilson's 95 % interval for the share that a part is of a
   whole: few rows are given a wide one, and none at all none. #}
{% macro wilson(part, whole, side) %}
    {%- if side not in ["low", "high"] -%}
        {%- do exceptions.raise_compiler_error("wilson: the side is low or high") -%}
    {%- endif -%}
    {%- set z = smartcrm.z_95() -%}
    {%- set part = "cast(" ~ part ~ " as " ~ smartcrm.type_double() ~ ")" -%}
    (
        {{ part }} + {{ z }} * {{ z }} / 2
        {{ "-" if side == "low" else "+" }} {{ z }} * sqrt(
            {{ part }} * ({{ whole }} - {{ part }}) / nullif({{ whole }}, 0)
            + {{ z }} * {{ z }} / 4
        )
    )
    / ({{ whole }} + {{ z }} * {{ z }})
{% endmacro %}
