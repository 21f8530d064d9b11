-- one row per lead and prompt that there is something to ask about it
{%- set prompt = reactivation_email() %}
{%- set written = [
    "stage_override_reason",
    "track_override_reason",
    "owner_override_reason",
    "pain_point_summary",
    "effective_owner",
] %}

with

    pain_summary_prompts as (select * from {{ ref("pain_summary_prompts") }}),

    leads as (select * from {{ ref("leads") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

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
            lead_overrides.stage_override_reason,
            lead_overrides.track_override_reason,
            lead_overrides.owner_override_reason,
            leads.pain_point_summary,
            leads.effective_owner,
            leads.source,
            coalesce(
                nullif(leads.engagement_channel, 'None'), 'not known'
            ) as engagement_channel,
            leads.company_size,
            coalesce(
                substring(cast(leads.last_engaged as {{ dbt.type_string() }}), 1, 7),
                'none'
            ) as last_engaged_month
        from leads
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id
        -- whose next step it is: who asks for an answer gets that, and no mail
        -- to win back
        where leads.work = 'Win back'

    ),

    words as (

        {% for column in written %}
            select lead_id, '{{ column }}' as field, {{ column }} as text
            from reactivated
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    -- a person's words and a model's are quoted as notes are, in rows: each place that
    -- masks a text costs more than all the leads
    quoted_words as {{ materialized() }} (

        select
            lead_id, field, {{ quoted_as_data(masked(readable_text("text"))) }} as text
        from words
        where text is not null

    ),

    quoted as (

        select
            lead_id
            {%- for column in written %}
                , max(case when field = '{{ column }}' then text end) as {{ column }}
            {%- endfor %}
        from quoted_words
        group by lead_id

    ),

    explained as (

        select
            reactivated.lead_id,
            source,
            engagement_channel,
            company_size,
            last_engaged_month,
            coalesce(
                quoted.stage_override_reason, stage_reason_of_the_rules
            ) as stage_reason,
            health_reason_of_the_rules as health_reason,
            coalesce(
                quoted.track_override_reason, track_reason_of_the_rules
            ) as track_reason,
            coalesce(quoted.pain_point_summary, 'not known') as pain_point,
            -- an address that was masked is no signature
            case
                when
                    quoted.effective_owner not like '%[email]%'
                    and quoted.effective_owner not like '%[phone]%'
                then quoted.effective_owner
                else 'The team'
            end as signature,
            coalesce(
                nullif(
                    concat_ws(
                        '; ',
                        quoted.stage_override_reason,
                        quoted.track_override_reason,
                        quoted.owner_override_reason
                    ),
                    ''
                ),
                'nothing'
            ) as colleague_reason
        from reactivated
        left join quoted on reactivated.lead_id = quoted.lead_id

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
