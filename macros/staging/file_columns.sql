{# The columns of a user's file, or of all the files of a glob, as spelled in the first that
   has each; a file that can't be read as a table stops the run with one line. #}
{% macro file_columns(path, setting="leads_path") %}
    {%- set relation = smartcrm.input_relation(path, setting) -%}
    {%- if relation -%}
        {%- set found = adapter.get_columns_in_relation(relation) -%}
        {{ return(found | map(attribute="name") | list) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for file in smartcrm.input_files(path, setting) -%}
        {%- for column in file.columns if column not in columns -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
