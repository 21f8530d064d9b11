{# How many standard errors a 95 % interval reaches to either side of an estimate. #}
{% macro z_95() %}
    cast(1.959963984540054 as {{ smartcrm.type_double() }})
{% endmacro %}
