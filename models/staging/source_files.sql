-- one row per file that is read, or relation that stands for it: how many rows it has,
-- counted by another way than the one that fills the models; a file that can't be read
-- whole stops the run here
{%- set inputs = [
    ("leads", "leads_path", "leads_cleaned_1000"),
    ("call_notes", "call_notes_path", "call_notes"),
] -%}
{%- set queries = [] -%}
{%- for input, setting, sample in inputs -%}
    {%- if var(setting) and execute -%}
        {%- for file in file_names(var(setting), setting) -%}
            {%- set query -%}
                select
                    {{ text_literal(input) }} as input,
                    {{ text_literal(file) }} as file_name,
                    cast(
                        {{ input_row_count(file, setting) }} as {{ dbt.type_bigint() }}
                    ) as row_count
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- elif input == "leads" or not var("leads_path") -%}
        {%- set query -%}
            select
                {{ text_literal(input) }} as input,
                {{ text_literal("seeds/" ~ sample ~ ".csv") }} as file_name,
                cast(count(*) as {{ dbt.type_bigint() }}) as row_count
            from {{ ref(sample) }}
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endif -%}
{%- endfor %}

{{ queries | join("\nunion all\n") }}
