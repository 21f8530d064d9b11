{# One count over another as a double; null where there is nothing to divide by. #}
{% macro ratio(part, whole) %}
    cast({{ part }} as {{ smartcrm.type_double() }}) / nullif({{ whole }}, 0)
{% endmacro %}
