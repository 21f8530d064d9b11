-- one row per kept answer that is whole, with whether it is the one in use
-- for its prompt
with

    genai_responses as (select * from {{ ref("genai_responses") }}),

    typed as (

        select
            -- below the header, in the order of the file
            {{ file_order() }} as response_number,
            prompt_hash,
            prompt_name,
            lead_id,
            model,
            answer,
            problem,
            status,
            {{ text_to_timestamp("answered_at") }} as answered_at
        from genai_responses

    ),

    -- the status stands last, so a line that was torn off has none
    whole as (

        select *
        from typed
        where prompt_hash is not null and status in ('accepted', 'rejected')

    )

select
    prompt_hash,
    prompt_name,
    lead_id,
    model,
    answer,
    problem,
    status,
    response_number,
    status = 'accepted'
    and answer is not null
    and row_number() over (
        partition by prompt_hash, status order by response_number desc
    )
    = 1 as is_in_use,
    answered_at
from whole
