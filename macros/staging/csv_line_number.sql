{# The number of a line in its file as an editor shows it, from its place among
   csv_lines, where two characters that end one line are two. Where line ends of several
   kinds are mixed, which editors count each in their way, it is about that number. #}
{% macro csv_line_number(file, place) %}
    {%- set query -%}
        with

            numbered as (

                select line, row_number() over () as line_number
                from {{ smartcrm.csv_lines(file, are_counted=true) }} as lines

            ),

            so_far as (

                select line_number
                from numbered
                where line is not null
                order by line_number
                limit
                    (
                        select count(line)
                        from (select line from {{ smartcrm.csv_lines(file) }} as lines limit {{ place }})
                    )

            )

        select max(line_number)
        from so_far
    {%- endset -%}
    {{- return(run_query(query).rows[0][0] | int) -}}
{% endmacro %}
