-- one row per lead and prompt that there is something to ask about it
{%- set prompt = reactivation_email() %}

with

    pain_summary_prompts as (select * from {{ ref("pain_summary_prompts") }}),

    leads as (select * from {{ ref("leads") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    -- a person's words and a model's are quoted as notes are
    reactivated as (

        select
            leads.lead_id,
            -- a count of days, or what activities are still worth, would make another
            -- prompt of it every day
            {%- for field in ["stage", "health"] %}
                {%- set reason = regexp_replace_all(
                    "leads." ~ field ~ "_reason",
                    "today|\\d+ days? ago",
                    "some time ago",
                ) %}
                case
                    when leads.intent_source = 'activities'
                    then {{ regexp_replace_all(reason, "Intent \\d+", "Intent") }}
                    else {{ reason }}
                end as {{ field }}_reason_of_the_rules,
            {%- endfor %}
            leads.track_reason as track_reason_of_the_rules,
            {%- for field in ["stage", "track", "owner"] %}
                {{
                    quoted_as_data(
                        masked(
                            readable_text(
                                "lead_overrides." ~ field ~ "_override_reason"
                            )
                        )
                    )
                }} as {{ field }}_override_reason,
            {%- endfor %}
            leads.source,
            coalesce(
                nullif(leads.engagement_channel, 'None'), 'not known'
            ) as engagement_channel,
            leads.company_size,
            coalesce(
                substring(cast(leads.last_engaged as {{ dbt.type_string() }}), 1, 7),
                'none'
            ) as last_engaged_month,
            coalesce(
                {{ quoted_as_data(masked(readable_text("leads.pain_point_summary"))) }},
                'not known'
            ) as pain_point,
            coalesce(
                {{ quoted_as_data(masked(readable_text("leads.effective_owner"))) }},
                'The team'
            ) as signature
        from leads
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id
        -- whose next step it is: who asks for an answer gets that, and no mail
        -- to win back
        where leads.work = 'Win back'

    ),

    explained as (

        select
            *,
            coalesce(stage_override_reason, stage_reason_of_the_rules) as stage_reason,
            health_reason_of_the_rules as health_reason,
            coalesce(track_override_reason, track_reason_of_the_rules) as track_reason,
            coalesce(
                nullif(
                    concat_ws(
                        '; ',
                        stage_override_reason,
                        track_override_reason,
                        owner_override_reason
                    ),
                    ''
                ),
                'nothing'
            ) as colleague_reason
        from reactivated

    ),

    reactivation_email_texts as (

        select lead_id, {{ template_as_sql(prompt.template) }} as prompt_text
        from explained

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
