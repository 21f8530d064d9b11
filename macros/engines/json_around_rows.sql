{# The key under which an object has the rows of a JSON file, as APIs answer: results; none
   of a file that is of rows alone. #}
{% macro json_around_rows(file, setting="leads_path") %}
    {%- set found = run_query(
        "select string_agg(line[:2000], ' ') from (select line from "
        ~ smartcrm.csv_lines(file)
        ~ " as lines where trim(line) != '' limit 20)"
    ) -%}
    {%- set plain_fields = '((?:\s*"[^"]*"\s*:\s*(?:"[^"]*"|[^"{[,]+)\s*,)*)' -%}
    {%- set around = modules.re.match(
        "\s*\{"
        ~ plain_fields
        ~ '\s*"(results|records|data|value|items|contacts|leads)"\s*:\s*\[\s*\{',
        found.rows[0][0] or "",
    ) -%}
    {%- if around and not smartcrm.has_lead_id(
        modules.re.findall('"([^"]*)"\s*:', around[1]), setting
    ) -%}
        {{ return(around[2]) }}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}
