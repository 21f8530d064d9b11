{# The days within which a conversion counts, by the var of that name. #}
{% macro horizon_days() %}
    {{- return(smartcrm.whole_number_setting("horizon_days", 1, 3650)) -}}
{% endmacro %}
