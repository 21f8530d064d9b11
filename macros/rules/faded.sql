{# Points that fade to nothing over work_fade_days, a part of them each day. #}
{% macro faded(points, age_days) %}
    {{ points }}
    * greatest(work_fade_days - {{ age_days }}, 0)
    / cast(work_fade_days as {{ smartcrm.type_double() }})
{% endmacro %}
