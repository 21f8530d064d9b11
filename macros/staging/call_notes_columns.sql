{# The columns of the file of call notes; a file without a column that notes need stops
   the run with one line. #}
{% macro call_notes_columns() %}
    {%- set path = var("call_notes_path") -%}
    {%- if not execute or not path -%}
        {{ return(["lead_id", "noted_at", "author", "note"]) }}
    {%- endif -%}
    {%- set columns = smartcrm.file_columns(path, "call_notes_path") -%}
    {%- for needed in ["lead_id", "note"] if not smartcrm.matching_column(columns, [needed]) -%}
        {%- do smartcrm.stop_reading(
            path,
            "a column " ~ needed,
            smartcrm.shown_headers(columns),
            "call_notes_path",
        ) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
