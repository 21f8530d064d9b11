{# How many rows a file has, by another way than the one that reads them, and the line of
   a note below them: {row_count, note_line}. One that can't be read whole, or is far larger
   than it looks, stops the run with one line. #}
{% macro input_row_count(file, setting="leads_path") %}
    {%- set format = smartcrm.leads_file_format(file, setting) -%}
    {%- if format == "parquet" or file.lower().endswith(".gz") -%}
        {#- what people write is five to thirty times as long as compressed -#}
        {%- set most_times, small = 300, 100000000 -%}
        {%- set text_size, file_size = smartcrm.text_size(file, format) -%}
        {%- if text_size > small and text_size > most_times * file_size -%}
            {%- do smartcrm.stop_reading(
                file,
                "at most "
                ~ most_times
                ~ " times as much text as it has bytes",
                (text_size // file_size)
                ~ " times as much; have it uncompressed, or ask whoever sent it",
                setting,
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if format == "csv" -%}
        {{ return(smartcrm.csv_row_count(file, setting)) }}
    {%- endif -%}
    {%- if format == "json" -%}
        {%- set row_count = smartcrm.json_row_count(file, setting) -%}
    {%- else -%}
        {#- by its footer -#}
        {%- set query -%}
            select num_rows from parquet_file_metadata({{ smartcrm.text_literal(file) }})
        {%- endset -%}
        {%- set row_count = run_query(query).rows[0][0] | int -%}
    {%- endif -%}
    {{- return({"row_count": row_count, "note_line": none}) -}}
{% endmacro %}
