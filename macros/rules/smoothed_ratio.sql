{# The share of a value in a group, as if each of the values had been seen once more than
   it was: none is impossible because it has not been seen yet (Laplace's smoothing). #}
{% macro smoothed_ratio(part, whole, value_count) %}
    (cast({{ part }} as {{ smartcrm.type_double() }}) + 1)
    / ({{ whole }} + {{ value_count }})
{% endmacro %}
