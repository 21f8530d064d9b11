{# A condition that is never true: it stops the query with a message. #}
{% macro stop_with(message) %}
    {{- return(adapter.dispatch("stop_with", "smartcrm")(message)) -}}
{% endmacro %}

{% macro duckdb__stop_with(message) %} error({{ message }}) is null {% endmacro %}

{# A function that lives as long as the session, since no function of PostgreSQL's own
   raises what it is given. #}
{% macro postgres__stop_with(message) %}
    {%- if execute -%}
        {%- set function -%}
            create or replace function pg_temp.stop_with(message text) returns boolean
            language plpgsql as 'begin raise exception ''%'', message; end'
        {%- endset -%}
        {%- do run_query(function) -%}
    {%- endif %}
    pg_temp.stop_with({{ message }})
{% endmacro %}

{% macro spark__stop_with(message) %} raise_error({{ message }}) is null {% endmacro %}
