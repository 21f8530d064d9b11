{# Whether a file has a note below its rows, by what source_files has found; only dbt's
   own steps before the first build do not know. #}
{% macro has_note(file) %}
    {%- set source_files = ref("source_files") -%}
    {%- if load_relation(source_files) is not none -%}
        {%- set columns = adapter.get_columns_in_relation(source_files) -%}
        {%- if "note_line" in columns | map(attribute="name") -%}
            {%- set query -%}
                select 1
                from {{ source_files }}
                where
                    file_name = {{ smartcrm.text_literal(file) }}
                    and note_line is not null
            {%- endset -%}
            {{ return(run_query(query).rows | length > 0) }}
        {%- endif -%}
    {%- endif -%}
    {{- return(false) -}}
{% endmacro %}
