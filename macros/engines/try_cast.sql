{# A cast that yields null where the text can't be cast. #}
{% macro try_cast(expression, type) %}
    {{- return(adapter.dispatch("try_cast", "smartcrm")(expression, type)) -}}
{% endmacro %}

{% macro default__try_cast(expression, type) %}
    try_cast({{ expression }} as {{ type }})
{% endmacro %}

{# PostgreSQL 15 has no cast that tolerates: only text that can be cast is. #}
{% macro postgres__try_cast(expression, type) %}
    case
        when
            {% if type == "date" -%}
                {{ smartcrm.matches(expression, smartcrm.iso_day()) }}
            {%- elif type == dbt.type_int() -%}
                case
                    when {{ smartcrm.matches(expression, "[+-]?\\d{1,18}") }}
                    then
                        cast({{ expression }} as bigint)
                        between -2147483648 and 2147483647
                end
            {%- elif type in [smartcrm.type_double(), dbt.type_float()] -%}
                {%- set number = "[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,2})?" %}
                {{ smartcrm.matches(expression, number) }}
                and length({{ expression }}) < 200
            {%- else -%}
                {%- do exceptions.raise_compiler_error(
                    "try_cast: not written for " ~ type
                ) -%}
            {%- endif %}
        then cast({{ expression }} as {{ type }})
    end
{% endmacro %}
