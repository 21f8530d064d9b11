{# A CSV, Parquet or JSON file (a glob works), or a relation that stands for it, as one
   that SQL can select from, of the columns that file_columns gives. All that a reader
   would guess is stated. #}
{% macro leads_file(path, setting="leads_path") %}
    {%- set relation = smartcrm.input_relation(path, setting) -%}
    {%- if relation -%} {{ return(relation) }} {%- endif -%}
    {%- if not execute -%} {{ return("(select null as unread)") }} {%- endif -%}
    {%- set queries = [] -%}
    {%- for file in smartcrm.input_files(path, setting) -%}
        {%- set query -%}
            {%- if file.format == "csv" -%} select * from {{ smartcrm.csv_rows(file) }}
            {%- else -%}
                select
                    {% for header in file.headers -%}
                        {%- if file.format == "json" -%}
                            json ->> {{ smartcrm.text_literal(file.pointers[loop.index0]) }}
                        {%- else -%} {{ smartcrm.quoted_name(header) }}
                        {%- endif %}
                        as {{ smartcrm.quoted_name(file.columns[loop.index0]) }}
                        {%- if not loop.last %},{% endif %}
                    {% endfor %}
                from
                    {% if file.format == "json" %}{{ smartcrm.json_objects(file.name) }} as objects
                    {% else %}read_parquet({{ smartcrm.text_literal(file.name) }})
                    {% endif %}
            {%- endif -%}
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
    {{- return("(" ~ queries | join(" union all by name ") ~ ")") -}}
{% endmacro %}
