-- one row per lead whose call notes, as they are now, have an accepted summary
with

    pain_summary_prompts as (select * from {{ ref("pain_summary_prompts") }}),

    responses_in_use as (

        select *
        from {{ ref("stg_genai_responses") }}
        where is_in_use and prompt_name = 'pain_summary'

    )

select
    pain_summary_prompts.lead_id,
    responses_in_use.answer as pain_point_summary,
    responses_in_use.model,
    pain_summary_prompts.prompt_hash,
    responses_in_use.answered_at
from pain_summary_prompts
inner join
    responses_in_use on pain_summary_prompts.prompt_hash = responses_in_use.prompt_hash
