{# What an activity's points are worth after some days, to a thousandth: decimals add up
   to the same sum in any order. #}
{% macro decayed_points(points, half_life_days, age_days) %}
    cast(
        {{ points }} * power(
            cast(0.5 as {{ smartcrm.type_double() }}),
            cast({{ age_days }} as {{ smartcrm.type_double() }}) / {{ half_life_days }}
        ) as decimal(9, 3)
    )
{% endmacro %}
