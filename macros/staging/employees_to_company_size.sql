{# The size band of a number of employees; a range such as 25-50 counts as its upper end,
   and what is no number is passed on as it is. #}
{% macro employees_to_company_size(expression) %}
    {%- set upper_end = regexp_replace_all(expression, "^.*-|[,+\s]") -%}
    {%- set employees = try_cast(upper_end, dbt.type_float()) -%}
    case
        when {{ employees }} is null
        then {{ expression }}
        when {{ employees }} < 1
        then 'Unknown'
        when {{ employees }} <= 10
        then 'S: 1-10'
        when {{ employees }} <= 50
        then 'M: 11-50'
        when {{ employees }} <= 200
        then 'L: 51-200'
        else 'XL: 201+'
    end
{% endmacro %}
