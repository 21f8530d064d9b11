-- one row per file or relation that is read: how many rows it has, counted by another
-- way
-- than the one that fills the models; a file that can't be read whole stops the run
-- here
{%- set inputs = [
    ("leads", "leads_path", "leads_cleaned_1000"),
    ("call_notes", "call_notes_path", "call_notes"),
] -%}
{%- set queries = [] -%}
{%- for input, setting, sample in inputs -%}
    {%- set path = var(setting) -%}
    {%- set sources = {} -%}
    {%- if path and input_relation(path, setting) -%}
        {%- do sources.update(
            {
                path: "(select count(*) from "
                ~ input_relation(path, setting)
                ~ ")"
            }
        ) -%}
    {%- elif path and execute -%}
        {%- for file in file_names(path, setting) -%}
            {%- do sources.update({file: input_row_count(file, setting)}) -%}
        {%- endfor -%}
    {%- elif not path and is_sample() -%}
        {%- do sources.update(
            {
                "seeds/"
                ~ sample
                ~ ".csv": "(select count(*) from "
                ~ ref(sample)
                ~ ")"
            }
        ) -%}
    {%- elif not path and input == "leads" -%}
        {%- set mapping = ref(crm_mapping()) -%}
        {%- do sources.update({mapping: "(select count(*) from " ~ mapping ~ ")"}) -%}
    {%- endif -%}
    {%- for name, row_count in sources.items() -%}
        {%- set query -%}
            select
                {{ text_literal(input) }} as input,
                {{ text_literal(name | string) }} as file_name,
                cast({{ row_count }} as {{ dbt.type_bigint() }}) as row_count
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
{%- endfor %}

{{ queries | join("\nunion all\n") }}
