{# The column names of a user's file as the file has them; a file that can't be read as a
   table stops the run with one line. #}
{% macro file_columns(path, setting="leads_path") %}
    {%- set relation = smartcrm.input_relation(path, setting) -%}
    {%- if relation -%}
        {{
            return(
                adapter.get_columns_in_relation(relation)
                | map(attribute="name")
                | list
            )
        }}
    {%- endif -%}
    {%- set format = smartcrm.leads_file_format(path, setting) -%}
    {%- set file = smartcrm.text_literal(path) -%}
    {%- if "://" not in path -%}
        {%- set found = run_query("select count(*) from glob(" ~ file ~ ")") -%}
        {%- if found.rows[0][0] == 0 -%}
            {{ smartcrm.stop_reading(path, "a file", "none; check the path", setting) }}
        {%- endif -%}
    {%- endif -%}
    {%- if format == "csv" -%}
        {%- set encoding = smartcrm.csv_encoding_fault(file) -%}
        {%- if encoding -%}
            {{ smartcrm.stop_reading(path, "UTF-8 text", encoding, setting) }}
        {%- endif -%}
    {%- endif -%}
    {%- set described = run_query(
        "describe select * from " ~ smartcrm.leads_file(path)
    ) -%}
    {%- set columns = described.columns[0].values() -%}
    {%- if format == "csv" and columns | length == 1 -%}
        {{
            smartcrm.stop_reading(
                path,
                "a header with several columns",
                "one column, '" ~ columns[0]
                | truncate(60)
                ~ "'; save it as a CSV with "
                ~ "commas and as many fields on each line",
                setting,
            )
        }}
    {%- endif -%}
    {{- return(columns) -}}
{% endmacro %}
