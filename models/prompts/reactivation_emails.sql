-- one row per lead on the Reactivation track with an accepted mail, made from what is
-- known of it now
{%- set answered -%}
    select 1
    from {{ ref("stg_genai_responses") }}
    where is_in_use and prompt_name = 'reactivation_email'
    limit 1
{%- endset %}
{#- without an answer no prompt is made to look for one: of many leads that takes a tenth
    of all that is built -#}
{%- set is_answered = true %}
{%- if execute and load_relation(ref("stg_genai_responses")) %}
    {%- set is_answered = run_query(answered).rows | length > 0 %}
{%- endif %}

with

    reactivation_email_prompts as (

        select *
        from {{ ref("lead_prompts") }}
        where
            prompt_name = 'reactivation_email'
            {%- if not is_answered %} and false {%- endif %}

    ),

    leads as (select * from {{ ref("leads") }}),

    responses_in_use as (

        select
            *,
            -- kept as a first line with the subject, a blank line and the mail
            position(chr(10) in answer) as subject_end
        from {{ ref("stg_genai_responses") }}
        where is_in_use and prompt_name = 'reactivation_email'

    )

select
    reactivation_email_prompts.lead_id,
    leads.effective_owner,
    trim(
        substring(answer, length('Subject:') + 1, subject_end - length('Subject:') - 1)
    ) as subject,
    trim(both chr(10) from substring(answer, subject_end)) as body,
    responses_in_use.model,
    reactivation_email_prompts.prompt_hash,
    responses_in_use.answered_at
from responses_in_use
inner join
    reactivation_email_prompts
    on responses_in_use.prompt_hash = reactivation_email_prompts.prompt_hash
left join leads on reactivation_email_prompts.lead_id = leads.lead_id
where subject_end > 0
