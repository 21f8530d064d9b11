-- one row: what this build was made from, and how it goes with what the history held
-- before it; a build for other leads, or without what was known of them, stops here,
-- before anything is decided
{%- set history = load_relation(last_build("lead_history")) if execute else none %}
{%- set known_columns = (
    adapter.get_columns_in_relation(history) | map(attribute="name") | list
    if history
    else []
) %}
{#- of what decides about a lead: what the history has where it was known, and how an
    export that lacks it looks. A Lead's stage may have been missing then, too -#}
{%- set decisive = (
    {
        "funnel_stage": (
            "nullif(known.funnel_stage, 'Lead')",
            "leads.funnel_stage is null",
        ),
        "intent_score": (
            "known.crm_intent_score",
            "leads.intent_score is null",
        ),
        "last_engaged": (
            "known.crm_last_engaged",
            "leads.last_engaged is null",
        ),
        "activities": (
            "case when known.crm_intent_score is null then known.intent_score end",
            "activity_count = 0",
        ),
    }
    if "crm_last_engaged" in known_columns
    else {}
) %}
{#- the fewest leads that lost it which are no tidying up -#}
{%- set many_blank = 10 %}
{%- set leads_from = var("leads_path") or (
    "the sample" if is_sample() else crm_mapping()
) %}
{%- set path = env_var("SMARTCRM_DB", "outputs/smartcrm.duckdb") %}
{%- set is_default = path == "outputs/smartcrm.duckdb" %}
{%- set forget = "run make clean" if is_default else "delete " ~ path %}
{%- set forget = forget ~ " (its history goes with it)" %}
{{ config(post_hook="{{ warn_of('notice') }}") }}

with

    as_of as (select * from {{ ref("as_of") }}),

    new_leads as (

        select count(*) as new_count
        from {{ ref("stg_leads_judged") }} as stg_leads_judged
        {% if history -%}
            left join
                {{ history }} as known
                on stg_leads_judged.lead_id = known.lead_id
                and known.valid_to is null
        {%- endif %}
        where
            stg_leads_judged.rejection_reasons is null
            {%- if history %} and known.lead_id is null {%- endif %}

    ),

    counted as (

        select
            count(case when change = 'changed' then 1 end) as changed_count,
            count(case when change = 'left' then 1 end) as left_count,
            count(case when change = 'returned' then 1 end) as returned_count,
            count(*) as moved_count
        from {{ ref("lead_changes") }}

    ),

    known as (

        {% if history -%}
            select
                max(valid_from) as known_on,
                count(
                    case when valid_to is null then effective_stage end
                ) as known_count
            from {{ history }}
        {%- else -%}
            select
                cast(null as date) as known_on,
                cast(0 as {{ dbt.type_bigint() }}) as known_count
        {%- endif %}

    ),

    activities as (

        select
            sum(
                case when input = 'activities' then row_count else 0 end
            ) as activity_count
        from {{ ref("source_files") }}

    ),

    -- of leads that are here again, what was known of them and is blank now
    blank as (

        {% if decisive -%}
            select
                {%- for field, (known, is_blank) in decisive.items() %}
                    count({{ known }}) as {{ field }}_known,
                    count(
                        case when {{ is_blank }} then {{ known }} end
                    ) as {{ field }}_blank
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            from {{ history }} as known
            inner join
                {{ ref("stg_leads_judged") }} as leads on known.lead_id = leads.lead_id
            cross join activities
            where known.valid_to is null and leads.rejection_reasons is null
        {%- else -%}select activity_count from activities
        {%- endif %}

    ),

    fields_gone as (

        select
            {% if decisive -%}
                nullif(
                    concat_ws(
                        ', ',
                        {%- for field in decisive %}
                            case
                                when
                                    {{ field }}_blank >= {{ many_blank }}
                                    and {{ field }}_blank
                                    > {{ field }}_known
                                    * {{ share_setting("max_left_share") }}
                                then
                                    concat(
                                        '{{ field }} of ',
                                        {{ field }}_blank,
                                        ' of ',
                                        {{ field }}_known
                                    )
                            end
                            {%- if not loop.last %},{% endif %}
                        {%- endfor %}
                    ),
                    ''
                )
            {%- else -%} cast(null as {{ dbt.type_string() }})
            {%- endif %} as fields
        from blank

    ),

    compared as (

        select
            as_of.as_of_date,
            known.known_on,
            known.known_count,
            new_leads.new_count,
            counted.*,
            new_leads.new_count + counted.moved_count as change_count,
            {{ date_setting("as_of_date") }} is not null as is_day_named,
            {{ date_setting("logic_as_of") }} is not null as is_replay,
            counted.left_count
            > known.known_count
            * {{ share_setting("max_left_share") }} as is_other_leads,
            fields_gone.fields,
            coalesce(known.known_on > as_of.as_of_date, false) as is_earlier_day,
            coalesce(newest_dates.is_alone, false) as is_day_doubtful
        from as_of
        left join
            {{ ref("newest_dates") }} as newest_dates
            on as_of.as_of_date = newest_dates.as_of_date
        cross join new_leads
        cross join counted
        cross join known
        cross join fields_gone

    ),

    -- on the day of the last build again, only rules and ledger can have moved a lead
    judged as (

        select
            *,
            not is_day_named
            and change_count > 0
            and coalesce(known_on = as_of_date, false) as is_day_unknown
        from compared

    ),

    explained as (

        select
            *,
            case
                when is_other_leads
                then
                    concat(
                        left_count,
                        ' of ',
                        known_count,
                        ' leads of the last build are gone: an export cut short, or ',
                        'another data set? Export again, or name a database for it with SMARTCRM_DB, or ',
                        {{ text_literal(forget) }},
                        '; if they have left, set max_left_share to 1 ',
                        '(make MAX_LEFT_SHARE=1)'
                    )
                when fields is not null
                then
                    concat(
                        'Leads of the last build are here without what it knew of ',
                        'them: ',
                        fields,
                        '. Is a column missing, or a file? Export again with it, or name ',
                        'the file; if it was emptied, set max_left_share to 1 ',
                        '(make MAX_LEFT_SHARE=1)'
                    )
                when is_replay
                then null
                when is_earlier_day
                then
                    concat(
                        'The history has come to ',
                        known_on,
                        ' and this build is for ',
                        as_of_date,
                        ': it is not remembered. Set as_of_date to today (make AS_OF=today)'
                    )
                when is_day_doubtful
                then
                    concat(
                        as_of_date,
                        ' may be a mistyped date, since hardly any other comes near it: ',
                        'the build is not remembered. Name the right day with ',
                        'as_of_date (make AS_OF), this one if it is right'
                    )
                when is_day_unknown
                then
                    concat(
                        change_count,
                        ' leads are new, changed or gone since the last build, but ',
                        'the newest date is still ',
                        as_of_date,
                        ': the day is not known, so the build is not remembered. ',
                        'Set as_of_date to today (make AS_OF=today)'
                    )
            end as notice
        from judged

    )

select
    {{ text_literal((leads_from | string).replace("\\", "/").split("/") | last) }}
    as leads_from,
    notice,
    known_count,
    new_count,
    changed_count,
    left_count,
    returned_count,
    not is_replay
    and not is_earlier_day
    and not is_day_doubtful
    and not is_day_unknown as is_remembered,
    as_of_date
from explained
where
    case
        when is_other_leads or fields is not null
        then {{ stop_with("notice") }}
        else true
    end
