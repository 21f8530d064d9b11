{# The headers of a Parquet file, or the keys of a JSON file's objects, however late the
   first object with one comes. #}
{% macro file_headers(file, format) %}
    {%- if format == "json" -%}
        {%- set query -%}
            select key
            from
                (
                    select
                        unnest(json_keys(json)) as key,
                        unnest(range(len(json_keys(json)))) as place
                    from {{ smartcrm.json_objects(file) }} as objects
                )
            group by key
            order by min(place), key
        {%- endset -%}
    {%- else -%}
        {%- set query = (
            "describe select * from read_parquet("
            ~ smartcrm.text_literal(file)
            ~ ")"
        ) -%}
    {%- endif -%}
    {{- return(run_query(query).columns[0].values() | list) -}}
{% endmacro %}
