{# The UTC date that a text gives, in ISO 8601 or as milliseconds or seconds since 1970, or
   else only in the strptime pattern given; null where it is not a date. #}
{% macro text_to_date(expression, format=none) %}
    cast({{ smartcrm.text_to_timestamp(expression, format) }} as date)
{% endmacro %}
