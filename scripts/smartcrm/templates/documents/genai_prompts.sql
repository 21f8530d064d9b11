-- What the document about prompts says of each; one row per prompt
create temp view part_prompts as
with

    noted as (

        select lead_id, count(*) as note_count
        from stg_call_notes
        group by lead_id

    ),

    ranked as (

        select
            lead_prompts.*,
            count(*) over (partition by prompt_name) as prompt_count,
            -- several notes show more than one; the ids make it the same each time
            row_number() over (
                partition by prompt_name
                order by coalesce(note_count, 0) > 1 desc, lead_prompts.lead_id
            ) as preference
        from lead_prompts
        left join noted on lead_prompts.lead_id = noted.lead_id

    )

select
    prompt_templates.*,
    coalesce(ranked.prompt_count, 0) as prompt_count,
    ranked.lead_id as example_lead_id,
    ranked.prompt_text as example_text
from prompt_templates
left join
    ranked
    on prompt_templates.prompt_name = ranked.prompt_name
    and ranked.preference = 1
order by prompt_templates.prompt_name
;
