-- one row per lead and prompt that there is something to ask about it
{%- set prompt = reactivation_email() %}

with

    pain_summary_prompts as (select * from {{ ref("pain_summary_prompts") }}),

    -- a person's words and a model's are quoted as notes are
    reactivated as (

        select
            lead_id,
            -- a count of days would make another prompt of it every day
            {{
                regexp_replace_all(
                    "stage_reason", "today|\\d+ days? ago", "some time ago"
                )
            }} as stage_reason,
            {{
                regexp_replace_all(
                    "health_reason", "today|\\d+ days? ago", "some time ago"
                )
            }} as health_reason,
            track_reason,
            source,
            coalesce(
                nullif(engagement_channel, 'None'), 'not known'
            ) as engagement_channel,
            company_size,
            coalesce(
                substring(cast(last_engaged as {{ dbt.type_string() }}), 1, 7), 'none'
            ) as last_engaged_month,
            coalesce(
                {{ quoted_as_data(masked(readable_text("override_reason"))) }},
                'nothing'
            ) as colleague_reason,
            coalesce(
                {{ quoted_as_data(masked(readable_text("pain_point_summary"))) }},
                'not known'
            ) as pain_point,
            coalesce(
                {{ quoted_as_data(masked(readable_text("effective_owner"))) }},
                'The team'
            ) as signature
        from {{ ref("leads") }}
        where effective_track = 'Reactivation'

    ),

    reactivation_email_texts as (

        select lead_id, {{ template_as_sql(prompt.template) }} as prompt_text
        from reactivated

    ),

    reactivation_email_prompts as (

        select
            lead_id,
            'reactivation_email' as prompt_name,
            prompt_text,
            {{ prompt_hash("'reactivation_email'", prompt.version, "prompt_text") }}
            as prompt_hash,
            cast({{ prompt.version }} as {{ dbt.type_int() }}) as prompt_version
        from reactivation_email_texts

    )

select lead_id, prompt_name, prompt_text, prompt_hash, prompt_version
from pain_summary_prompts
union all
select lead_id, prompt_name, prompt_text, prompt_hash, prompt_version
from reactivation_email_prompts
