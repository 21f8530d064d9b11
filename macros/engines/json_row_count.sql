{# How many rows a JSON file has: the lines of one with an object on each, else the
   elements of its array. Stops the run where the file is cut short or a line is not an
   object, with the line and never with what is in it. #}
{% macro json_row_count(file, setting="leads_path") %}
    {%- set expected = "a JSON array, or an object on each line" -%}
    {%- if smartcrm.json_format(file) == "array" -%}
        {%- set ending -%}
            select last(line) from {{ smartcrm.csv_lines(file) }} as lines where trim(line) != ''
        {%- endset -%}
        {%- if not (run_query(ending).rows[0][0] | trim).endswith("]") -%}
            {%- do smartcrm.stop_reading(
                file, expected, "an array that is cut short", setting
            ) -%}
        {%- endif -%}
        {%- set counting -%}
            select count(*) from {{ smartcrm.json_objects(file) }} as objects
        {%- endset -%}
        {{ return(run_query(counting).rows[0][0] | int) }}
    {%- endif -%}
    {%- set query -%}
        with

            lines as (

                select line, row_number() over () as place
                from {{ smartcrm.csv_lines(file) }} as lines

            ),

            typed as (

                select
                    place,
                    json_type(if(json_valid(line), line, null)) as json_type
                from lines
                where trim(line) != ''

            )

        select
            count(*) as row_count,
            min(place) filter (
                where coalesce(json_type, '') != 'OBJECT'
            ) as fault_place
        from typed
    {%- endset -%}
    {%- set row_count, fault_place = run_query(query).rows[0] -%}
    {%- set around = smartcrm.json_around_rows(file, setting) -%}
    {%- if around -%}
        {%- do smartcrm.stop_reading(
            file,
            expected,
            "an object around its rows; take them out, as jq -c '."
            ~ around
            ~ "[]' does",
            setting,
        ) -%}
    {%- elif fault_place -%}
        {%- do smartcrm.stop_reading(
            file,
            expected,
            "text on line %s that is not an object, or is cut short"
            % smartcrm.csv_line_number(file, fault_place),
            setting,
        ) -%}
    {%- endif -%}
    {{- return(row_count | int) -}}
{% endmacro %}
