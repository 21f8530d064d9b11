-- one row per file that is read, or relation that stands for it: how many rows it has,
-- counted by another way than the one that fills the models; a file that can't be read
-- whole stops the run here
{%- set inputs = [
    ("leads", "leads_path", "leads_cleaned_1000"),
    ("activities", "activities_path", "activities"),
    ("stage_changes", "stage_changes_path", "stage_changes"),
    ("call_notes", "call_notes_path", "call_notes"),
] -%}
{%- set queries = [] -%}
{%- for input, setting, sample in inputs -%}
    {%- set relations = {} -%}
    {%- if var(setting) -%}
        {%- set relation = input_relation(var(setting), setting) -%}
        {%- if relation -%} {%- do relations.update({var(setting): relation}) -%}
        {%- elif execute -%}
            {%- for file in file_names(var(setting), setting) -%}
                {%- do relations.update({file: none}) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- elif is_sample() -%}
        {%- do relations.update({"seeds/" ~ sample ~ ".csv": ref(sample)}) -%}
    {%- elif input == "leads" or var(
        input ~ "_crm", "canonical"
    ) not in known_crms() + [""] -%}
        {#- a mapping that reads what it likes -#}
        {%- set mapping = record_mapping(input) -%}
        {%- do relations.update({mapping: ref(mapping)}) -%}
    {%- endif -%}
    {%- for name, relation in relations.items() -%}
        {%- set header_line = "null" -%}
        {%- if not relation and leads_file_format(name, setting) == "csv" -%}
            {%- set skipped_count = csv_header(name, setting).skipped_count -%}
            {%- set header_line = (
                csv_line_number(name, skipped_count + 1)
                if skipped_count
                else 1
            ) -%}
        {%- endif -%}
        {%- set counted = none if relation else input_row_count(name, setting) -%}
        {%- set query -%}
            select
                {{ text_literal(input) }} as input,
                {{ text_literal(name) }} as file_name,
                cast(
                    {% if relation -%} (select count(*) from {{ relation }})
                    {%- else -%} {{ counted.row_count }}
                    {%- endif %} as {{ dbt.type_bigint() }}
                ) as row_count,
                cast({{ header_line }} as {{ dbt.type_int() }}) as header_line,
                cast(
                    {{ (counted or {}).note_line or "null" }} as {{ dbt.type_int() }}
                ) as note_line
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
{%- endfor %}

{{ queries | join("\nunion all\n") }}
