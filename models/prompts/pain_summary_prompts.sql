-- one row per lead with call notes: the prompt that sums them up
{%- set prompt = pain_summary() -%}
-- the newest notes of a lead that are read; older ones are history
{%- set most_notes = 5 %}

with

    stg_call_notes as (select * from {{ ref("stg_call_notes") }}),

    notes as (

        select
            lead_id,
            note_number,
            concat_ws(
                '',
                '<note',
                case
                    when noted_at is not null
                    then concat_ws('', ' noted_on="', cast(noted_at as date), '"')
                end,
                '>',
                chr(10),
                note,
                chr(10),
                '</note>'
            ) as quoted_note
        from stg_call_notes
        where is_quotable and note_number <= {{ most_notes }}

    ),

    joined as (

        select
            lead_id,
            {{ joined_texts("quoted_note", "chr(10)", "order by note_number desc") }}
            as call_notes
        from notes
        group by lead_id

    ),

    prompts as (

        select lead_id, {{ template_as_sql(prompt.template) }} as prompt_text
        from joined

    )

select
    lead_id,
    'pain_summary' as prompt_name,
    prompt_text,
    {{ prompt_hash("'pain_summary'", prompt.version, "prompt_text") }} as prompt_hash,
    cast({{ prompt.version }} as {{ dbt.type_int() }}) as prompt_version
from prompts
