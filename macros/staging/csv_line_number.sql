{# The number of a line in its file as an editor shows it, from its place among
   csv_lines, where two characters that end one line are two. #}
{% macro csv_line_number(file, place) %}
    {%- set query -%}
        with

            numbered as (

                select line, row_number() over () as line_number
                from {{ smartcrm.csv_lines(file, are_counted=true) }} as lines

            )

        select line_number
        from numbered
        where line is not null
        order by line_number
        limit 1
        offset
            (
                select count(line) - 1
                from (select line from {{ smartcrm.csv_lines(file) }} as lines limit {{ place }})
            )
    {%- endset -%}
    {{- return(run_query(query).rows[0][0] | int) -}}
{% endmacro %}
