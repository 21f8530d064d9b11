{# A date var as a SQL date, the word today as the day it is in UTC; null where it is
   not set. #}
{% macro date_setting(name) %}
    {%- set day = var(name, none) | string -%}
    {%- if day in ["None", ""] -%} cast(null as date)
    {%- elif day | lower == "today" -%} current_date
    {%- elif not modules.re.fullmatch("\d{4}-\d{2}-\d{2}", day) -%}
        {%- do exceptions.raise_compiler_error(
            name ~ " is '" ~ day ~ "'; give a day as YYYY-MM-DD, or today"
        ) -%}
    {%- else -%} cast('{{ day }}' as date)
    {%- endif -%}
{% endmacro %}
