-- one row per thing about the export that would mislead if nobody said it: that it has
-- no rows, rows that were rejected, fields that most leads lack, with what is therefore
-- not known, scores that are not taken or run from 0 to 1, dates that contradict each
-- other or were written by a migration, a newest day that hardly anything else comes
-- near, leads won or lost since a person decided their stage, owners and segments in
-- more than one spelling, columns of the same name, a score that its CRM does not keep
-- up, and leads that it leaves out: those of earlier builds, and all won or lost ones
{{ config(post_hook="{{ warn_of('notice') }}") }}
{%- if var("activities_path") or is_sample() -%}
    {%- set no_score = "most leads have none by their activities either: these get no further than the CRM has them, and conversion by stage is not known" -%}
{%- else -%}
    {%- set no_score = "a lead without a score gets no further than the CRM has it, and conversion is not known; a file of activities (ACTIVITIES) makes a score" -%}
{%- endif -%}
{%- set not_known = {
    "created_at": "since when leads are there, and so how many of them go on in time, is not known",
    "funnel_stage": "who is a customer, and so conversion, is not known; a lead without a stage is taken as Lead",
    "intent_score": no_score,
    "last_engaged": "conversion is not known, and a lead without it is neither Active nor an SQL, whatever the CRM says",
} %}
{%- set shown_words = 3 -%}
{#- the share of rows with a text that is no score, below which nobody is misled -#}
{%- set few = 0.05 -%}
{#- fewer ids may all end in 0 by chance -#}
{%- set enough_ids = 3 -%}
{#- the share of leads engaged before they were there that no one mistypes -#}
{%- set many_contradictions = 0.2 -%}
{#- leads that came on one day, their share of all, and how many times as many as on
    others: more than come by themselves -#}
{%- set crowd = 50 -%}
{%- set crowd_share = 0.1 -%}
{%- set crowd_times = 20 -%}
{#- leads that have had the horizon: of so many some are won or lost -#}
{%- set many_old = 100 -%}
{#- leads of a stage that are missing, and their share of it, that are no tidying up -#}
{%- set many_missing = 10 -%}
{%- set missing_share = 0.1 -%}
{#- what has lists or rates of its own, spelling by spelling -#}
{%- set spelt = ["sales_owner"] -%}
{%- for name in extra_columns() if name in segments() -%}
    {%- do spelt.append(name) -%}
{%- endfor -%}
{%- set stopped = stopped_score() -%}
{#- what to do about activities of leads that are named by an e-mail address -#}
{%- set by_email -%}
    {%- if email_column() %} is it in the leads'' {{ email_column() }}, and of one lead alone?
    {%- elif var("crm") == "hubspot" %} export the leads with their Email
    {%- else %} name leads by their ids
    {%- endif -%}
{%- endset -%}
{%- set records = [
    ("activities", "activity", "occurred_at"),
    ("stage_changes", "stage_change", "entered_at"),
] -%}
{#- where words that mean nothing here are found, and what they are for source_words -#}
{%- set unknown_words = {
    "activities": (
        "activity_type",
        ref("activity_issues"),
        "issue != 'unknown_lead'",
        "types",
        "activity_type",
    ),
    "stage_changes": (
        "stage",
        ref("rejected_stage_changes"),
        "rejection_reasons like '%unknown_stage%' and stage is not null",
        "stages",
        "funnel_stage",
    ),
} %}

with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    input_coverage as (

        select *
        from {{ ref("input_coverage") }}
        where input = 'leads' and row_count > 0

    ),

    rejections as (

        select
            rejection_reasons,
            count(*) as rejected_count,
            row_number() over (order by count(*) desc, rejection_reasons) as place
        from {{ ref("stg_leads_judged") }}
        where rejection_reasons is not null
        group by rejection_reasons

    ),

    proposals as (

        select
            field,
            {{ joined_texts("proposal", "'. '", "order by proposal") }} as proposals
        from {{ ref("input_proposals") }}
        group by field

    ),

    thin as (

        select
            input_coverage.field,
            input_coverage.field_order,
            concat_ws(
                '',
                input_coverage.field,
                ' is understood in ',
                input_coverage.recognised_count,
                ' of ',
                input_coverage.row_count,
                ' rows (',
                case
                    when input_coverage.column_read is null
                    then 'there is no column for it'
                    else concat_ws('', 'read from ', input_coverage.column_read)
                end,
                ')'
            ) as found,
            case
                when proposals.proposals is not null
                then concat_ws('', '. ', proposals.proposals)
            end as proposals
        from input_coverage
        left join proposals on input_coverage.field = proposals.field
        where input_coverage.is_thin

    ),

    -- what would go unseen where most leads have a score
    scores_read as (

        select
            input_coverage.field_order,
            input_coverage.row_count,
            input_coverage.not_understood_count,
            input_coverage.examples,
            proposals.proposals,
            (select max(intent_score) from stg_leads_typed) as most
        from input_coverage
        left join proposals on input_coverage.field = proposals.field
        where input_coverage.field = 'intent_score' and not input_coverage.is_thin

    ),

    dates_read as (

        select
            count(*) as dated_count,
            count(case when last_engaged < created_at then 1 end) as contradiction_count
        from {{ ref("stg_leads_judged") }}
        where
            rejection_reasons is null
            and created_at is not null
            and last_engaged is not null

    ),

    old_dates as (

        select
            count(
                case when created_at < cast('1990-01-01' as date) then 1 end
            ) as created_count,
            count(
                case when last_engaged < cast('1990-01-01' as date) then 1 end
            ) as engaged_count
        from {{ ref("stg_leads_judged") }}
        where rejection_reasons is null

    ),

    -- a crowd that came on one day, beside those of other days
    crowds as (

        select
            dated_on,
            date_count,
            sum(date_count) over () as all_count,
            count(*) over () as day_count,
            row_number() over (order by date_count desc, dated_on) as place
        from {{ ref("date_counts") }}
        where field = 'created_at'

    ),

    -- whom the CRM had moved on before the day on which it was created: where the first
    -- change is that it came, the change tells when
    first_changes as (

        select
            stage_changes.lead_id,
            min(cast(stage_changes.entered_at as date)) as changed_on,
            min(
                case
                    when lifecycle_stages.stage_order = 1
                    then cast(stage_changes.entered_at as date)
                end
            ) as came_on
        from {{ ref("stg_stage_changes") }} as stage_changes
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stage_changes.stage = lifecycle_stages.stage
        group by stage_changes.lead_id

    ),

    moved_before as (

        select
            count(*) as dated_count,
            count(
                case
                    when
                        first_changes.changed_on < stg_leads.created_at
                        and coalesce(
                            first_changes.came_on > first_changes.changed_on, true
                        )
                    then 1
                end
            ) as moved_count
        from {{ ref("stg_leads") }} as stg_leads
        inner join first_changes on stg_leads.lead_id = first_changes.lead_id
        where stg_leads.created_at is not null

    ),

    -- where every lead that has had the time is open, others have been left out
    old_leads as (

        select
            count(*) as old_count,
            count(
                case when lifecycle_stages.outcome is not null then 1 end
            ) as ended_count,
            count(
                case
                    when
                        lifecycle_stages.stage_order = 1
                        or lifecycle_stages.outcome = 'lost'
                    then 1
                end
            ) as left_behind_count
        from {{ ref("stg_leads") }} as stg_leads
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stg_leads.funnel_stage = lifecycle_stages.stage
        cross join {{ ref("as_of") }} as as_of
        where
            {{ days_later("stg_leads.created_at", horizon_days()) }} <= as_of.as_of_date

    ),

    -- what the CRM has learned since a person decided, who therefore may not know of it
    ended_since as (

        select distinct stg_leads.lead_id, stg_leads.funnel_stage
        from {{ ref("stg_leads") }} as stg_leads
        inner join
            {{ ref("lead_overrides") }} as lead_overrides
            on stg_leads.lead_id = lead_overrides.lead_id
            and stg_leads.funnel_stage != lead_overrides.stage
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stg_leads.funnel_stage = lifecycle_stages.stage
            and lifecycle_stages.outcome is not null
        cross join {{ ref("as_of") }} as as_of
        left join
            {{ ref("stg_stage_changes") }} as stg_stage_changes
            on stg_leads.lead_id = stg_stage_changes.lead_id
            and stg_leads.funnel_stage = stg_stage_changes.stage
            and stg_stage_changes.entered_at > lead_overrides.stage_overridden_at
        left join
            {{ ref("earlier_stages") }} as earlier_stages
            on stg_leads.lead_id = earlier_stages.lead_id
            and stg_leads.funnel_stage != earlier_stages.funnel_stage
            and coalesce(earlier_stages.valid_to, as_of.as_of_date)
            > cast(lead_overrides.stage_overridden_at as date)
        where
            stg_stage_changes.lead_id is not null or earlier_stages.lead_id is not null

    ),

    -- who moved on in the CRM after it had taken over what a person decided
    changed_since as (
        {% for field, column in {
            "stage": "funnel_stage",
            "owner": "sales_owner",
        }.items() %}
            select distinct
                '{{ column }}' as field,
                stg_leads.lead_id,
                coalesce(stg_leads.{{ column }}, 'nobody') as value
            from {{ ref("stg_leads") }} as stg_leads
            inner join
                {{ ref("lead_overrides") }} as lead_overrides
                on stg_leads.lead_id = lead_overrides.lead_id
                and stg_leads.{{ column }} is distinct from lead_overrides.{{ field }}
            cross join {{ ref("as_of") }} as as_of
            inner join
                {{ ref("earlier_stages") }} as earlier_stages
                on stg_leads.lead_id = earlier_stages.lead_id
                and lead_overrides.{{ field }} = earlier_stages.{{ column }}
                and coalesce(earlier_stages.valid_to, as_of.as_of_date)
                > cast(lead_overrides.{{ field }}_overridden_at as date)
            {% if field == "stage" %}
                inner join
                    {{ ref("lifecycle_stages") }} as lifecycle_stages
                    on stg_leads.funnel_stage = lifecycle_stages.stage
                    and lifecycle_stages.outcome is null
            {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    spellings as (
        {% for name in spelt %}
            select
                '{{ name }}' as field,
                lower(
                    {{
                        regexp_replace_all(
                            adapter.quote(name), "[\s\u00a0\u202f]+", " "
                        )
                    }}
                ) as spelt_alike,
                {{ adapter.quote(name) }} as spelling
            from stg_leads_typed
            where rejection_reasons is null and {{ adapter.quote(name) }} is not null
            group by {{ adapter.quote(name) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    spelt_variously as (

        select field, count(*) as value_count, min(two_of_them) as example
        from
            (
                select
                    field, concat(min(spelling), ' and ', max(spelling)) as two_of_them
                from spellings
                group by field, spelt_alike
                having count(*) > 1
            ) as varied
        group by field

    ),

    -- of more digits a spreadsheet keeps fifteen
    long_ids as (

        select
            count(*) as long_count,
            count(
                case when {{ matches("lead_id", "\d{15}0+") }} then 1 end
            ) as rounded_count,
            min(lead_id) as example
        from {{ ref("stg_leads_judged") }}
        where length(lead_id) > 15 and {{ matches("lead_id", "\d+") }}

    ),

    -- where earlier builds had each lead last; one whose row is rejected is not missing
    known_leads as (

        select
            earlier_stages.lead_id,
            earlier_stages.effective_stage as stage,
            earlier_stages.valid_to is null as is_open,
            stg_leads.lead_id is null and rejected.lead_id is null as is_missing,
            earlier_stages.valid_from
        from {{ ref("earlier_stages") }} as earlier_stages
        left join
            {{ ref("stg_leads") }} as stg_leads
            on earlier_stages.lead_id = stg_leads.lead_id
        left join
            (
                select distinct lead_id
                from {{ ref("stg_leads_judged") }}
                where rejection_reasons is not null
            ) as rejected
            on earlier_stages.lead_id = rejected.lead_id
        where earlier_stages.effective_stage is not null

    ),

    last_stages as (

        select stage, is_missing
        from known_leads
        where is_open and not is_missing
        union all
        select stage, is_missing
        from
            (
                select
                    stage,
                    is_missing,
                    row_number() over (
                        partition by lead_id order by valid_from desc
                    ) as place
                from known_leads
                where is_missing
            ) as ranked
        where place = 1

    ),

    missing_leads as (

        select
            last_stages.stage,
            lifecycle_stages.stage_order,
            count(*) as known_count,
            count(case when last_stages.is_missing then 1 end) as missing_count
        from last_stages
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on last_stages.stage = lifecycle_stages.stage
        group by last_stages.stage, lifecycle_stages.stage_order

    ),

    -- what was rejected for a text, and what to do about it where the field is not thin
    rejected_texts as (

        select
            {{
                joined_texts(
                    "concat_ws('', input_coverage.field, ' ', input_coverage.examples)",
                    "'; '",
                    "order by input_coverage.field_order",
                )
            }} as examples,
            {{
                joined_texts(
                    "case when (not input_coverage.is_thin or input_coverage.field = 'lead_id') and proposals.proposals is not null then concat_ws('', '. ', proposals.proposals) end",
                    "''",
                    "order by input_coverage.field_order",
                )
            }}
            as proposals
        from input_coverage
        left join proposals on input_coverage.field = proposals.field
        where
            input_coverage.taken_as = 'rejected'
            and input_coverage.not_understood_count > 0

    ),

    {% for records_name, record, date in records %}
        {% set column, found_in, condition, _, _ = unknown_words[records_name] %}
        rejected_{{ records_name }} as (

            select
                {{
                    joined_texts(
                        "concat(rejected_count, ' ', rejection_reasons)",
                        "'; '",
                        "order by place",
                    )
                }} as reasons, sum(rejected_count) as rejected_count
            from
                (
                    select
                        rejection_reasons,
                        count(*) as rejected_count,
                        row_number() over (
                            order by count(*) desc, rejection_reasons
                        ) as place
                    from {{ ref("rejected_" ~ records_name) }}
                    group by rejection_reasons
                ) as by_reason

        ),

        {{ record }}_issues as (

            select
                count(
                    case when issue = 'unknown_lead' then 1 end
                ) as unknown_lead_count,
                count(
                    case when issue = 'unknown_lead' and lead_id like '%@%' then 1 end
                ) as named_by_email_count
            from {{ ref(record ~ "_issues") }}

        ),

        unknown_{{ records_name }} as (

            select
                {{
                    joined_texts(
                        "case when place <= %s then word end" % shown_words,
                        "', '",
                        "order by place",
                    )
                }} as words, coalesce(sum(word_count), 0) as unknown_word_count
            from
                (
                    select
                        {{ example_text(column) }} as word,
                        count(*) as word_count,
                        row_number() over (
                            order by count(*) desc, {{ column }}
                        ) as place
                    from {{ found_in }}
                    where {{ condition }}
                    group by {{ column }}
                ) as by_word

        ),
    {% endfor %}

    notices as (

        select
            0 as notice_order,
            concat(
                'There are no leads: the export has no row',
                ' below its header; name another one with leads_path'
            ) as notice
        from {{ ref("source_files") }}
        where input = 'leads'
        having sum(row_count) = 0
        union all
        select
            0 as notice_order,
            concat_ws(
                '',
                'Rejected: ',
                sum(rejected_count),
                ' of ',
                (select count(*) from stg_leads_typed),
                ' rows (',
                {{
                    joined_texts(
                        "case when place <= 3 then concat(rejected_count, ' ', rejection_reasons) end",
                        "'; '",
                        "order by place",
                    )
                }},
                case
                    when count(*) > 3
                    then
                        concat(
                            '; ',
                            sum(case when place > 3 then rejected_count end),
                            ' for other reasons'
                        )
                end,
                ')',
                max(
                    case
                        when rejected_texts.examples is not null
                        then concat_ws('', ', such as ', rejected_texts.examples)
                    end
                ),
                '; look in rejected_leads',
                max(rejected_texts.proposals),
                case
                    when
                        max(case when place = 1 then rejection_reasons end)
                        = 'date_after_as_of'
                    then
                        concat(
                            '. Leads are judged on ',
                            (select max(as_of_date) from {{ ref("as_of") }}),
                            ': where their dates are right, as where the next day ',
                            'has begun already, name a later one with as_of_date ',
                            '(make AS_OF)'
                        )
                end
            ) as notice
        from rejections
        cross join rejected_texts
        having count(*) > 0
        union all
        select
            field_order as notice_order,
            concat_ws(
                '',
                found,
                ': ',
                case
                    field
                    {%- for field, consequence in not_known.items() %}
                        when '{{ field }}' then {{ text_literal(consequence) }}
                    {%- endfor %}
                    else 'segments by it say little'
                end,
                proposals
            ) as notice
        from thin
        where field != 'lead_id'
        union all
        select
            field_order as notice_order,
            concat_ws(
                '',
                'intent_score: ',
                concat_ws(
                    '. ',
                    case
                        when not_understood_count > 0
                        then
                            concat_ws(
                                '',
                                not_understood_count,
                                ' of ',
                                row_count,
                                ' rows hold a text that is not taken as a score, such as ',
                                examples,
                                '; their leads are not scored'
                            )
                    end,
                    proposals
                )
            ) as notice
        from scores_read
        where
            not_understood_count >= {{ few }} * row_count
            or (most <= 10 and proposals is not null)
            or proposals like '%between thousands%'
        union all
        select
            1 as notice_order,
            concat(
                'lead_id: all ',
                long_count,
                ' ids of more than 15 digits, such as ',
                example,
                ', have zeros from the 16th on: a spreadsheet may have rounded them; ',
                'export again, and don''t open the file in one'
            ) as notice
        from long_ids
        where long_count = rounded_count and long_count >= {{ enough_ids }}
        union all
        select
            5 as notice_order,
            concat(
                'Dates before 1990: ',
                created_count,
                ' of created_at, ',
                engaged_count,
                ' of last_engaged; a CRM may write such as 1970-01-01 where there is ',
                'none: leave these cells empty'
            ) as notice
        from old_dates
        where created_count + engaged_count > 0
        union all
        select
            5 as notice_order,
            concat_ws(
                '',
                'last_engaged: ',
                contradiction_count,
                ' of ',
                dated_count,
                ' leads that have both dates were engaged before they were created',
                '; look in the export at which column holds what'
                {%- if date_format("created_at") or date_format("last_engaged") %}
                    , ', and at DATE_FORMAT: it may take days for months'
                {%- endif %}
            ) as notice
        from dates_read
        where
            contradiction_count > 0
            and contradiction_count >= {{ many_contradictions }} * dated_count
        union all
        select
            5 as notice_order,
            concat(
                'created_at: ',
                date_count,
                ' of ',
                all_count,
                ' leads are of one day, ',
                dated_on,
                ': where a migration or an import of a list wrote it, how many leads go ',
                'on in time, and who has only just come, is not known from it; export the ',
                'day they came, or leave these cells empty'
            ) as notice
        from crowds
        where
            place = 1
            and date_count >= {{ crowd }}
            and date_count >= {{ crowd_share }} * all_count
            and (day_count - 1) * date_count
            >= {{ crowd_times }} * (all_count - date_count)
        union all
        select
            5 as notice_order,
            concat(
                'created_at: of ',
                dated_count,
                ' leads with stage changes ',
                moved_count,
                ' had moved on before they were created, as where a migration wrote ',
                'that day: where more than a fifth of all leads have, how many go on in ',
                'time is not known; export the day they came'
            ) as notice
        from moved_before
        where moved_count > 0 and moved_count >= {{ many_contradictions }} * dated_count
        union all
        select
            3 as notice_order,
            concat(
                'funnel_stage: of ',
                old_count,
                ' leads that came {{ horizon_days() }} days ago or earlier none ',
                case
                    when ended_count + left_behind_count = 0
                    then 'stands at the first stage, or is won or lost'
                    when ended_count = 0
                    then 'is won or lost'
                    else 'stands at the first stage or is lost'
                end,
                ': where the export leaves such leads out, rates are those of the leads ',
                'that are left, and ',
                case
                    when ended_count + left_behind_count = 0
                    then 'tell nothing'
                    when ended_count = 0
                    then 'too low'
                    else 'too high'
                end,
                '; export all leads'
            ) as notice
        from old_leads
        where old_count >= {{ many_old }} and (ended_count = 0 or left_behind_count = 0)
        union all
        select
            5 as notice_order,
            concat(
                'Leads are judged on ',
                as_of_date,
                ', the newest day of the data: the two weeks up to it have ',
                newest_count,
                ' (',
                newest_field,
                ') of ',
                date_count,
                ' dates in a year, and the next is of ',
                next_newest_on,
                '; where that day is mistyped, name another with as_of_date (make AS_OF)'
            ) as notice
        from {{ ref("newest_dates") }}
        where is_alone
        union all
        select
            3 as notice_order,
            concat(
                'funnel_stage: the CRM has ',
                count(*),
                ' as won or lost since a person decided another stage, such as ',
                {{ readable_text("min(concat(lead_id, ' ', funnel_stage))") }},
                ': the person''s counts; where the CRM is right, withdraw it with ',
                'scripts/log_logic_override.py'
            ) as notice
        from ended_since
        having count(*) > 0
        union all
        select
            3 as notice_order,
            concat(
                field,
                ': the CRM has changed it since it had what a person decided, of ',
                count(*),
                ' leads such as ',
                {{ readable_text("min(concat(lead_id, ' ', value))") }},
                ': the person''s counts, and import files put it back; where the CRM is ',
                'right, withdraw it with scripts/log_logic_override.py'
            ) as notice
        from changed_since
        group by field
        union all
        select
            3 as notice_order,
            concat(
                opted_out_count,
                ' of ',
                lead_count,
                ' leads are not to be mailed, as the export''s columns for who has ',
                'unsubscribed or can''t be reached say: where their words mean no, ',
                'write no or nothing there'
            ) as notice
        from
            (
                select
                    count(*) as lead_count,
                    count(stg_opt_outs.lead_id) as opted_out_count
                from {{ ref("stg_leads") }} as stg_leads
                left join
                    {{ ref("stg_opt_outs") }} as stg_opt_outs
                    on stg_leads.lead_id = stg_opt_outs.lead_id
            ) as opt_outs
        -- more than half
        where opted_out_count * 2 > lead_count
        union all
        select
            9 as notice_order,
            concat(
                field,
                ' in several spellings: ',
                value_count,
                ', such as ',
                {{ example_text("example") }},
                ', which are taken for two',
                case
                    when field = 'sales_owner'
                    then ', each with a list of its own'
                    else ''
                end,
                '; write them alike in the CRM'
            ) as notice
        from spelt_variously
        {% for records_name, record, date in records %}
                {% set _, _, _, what, field = unknown_words[records_name] %}
            union all
            select
                {{ 9 + loop.index }} as notice_order,
                concat_ws(
                    '',
                    '{{ records_name | replace("_", " ") | capitalize }}: ',
                    concat_ws(
                        '. ',
                        concat_ws(
                            '; ',
                            case
                                when reasons is not null
                                then
                                    concat_ws(
                                        '',
                                        rejected_count,
                                        ' rejected (',
                                        reasons,
                                        '), look in rejected_{{ records_name }}'
                                    )
                            end,
                            case
                                when unknown_lead_count > 0
                                then
                                    concat_ws(
                                        '',
                                        unknown_lead_count,
                                        ' of leads that the export does not have or that were rejected, look in {{ record }}_issues'
                                        {%- if record == "activity" %}
                                            ,
                                            case
                                                when named_by_email_count > 0
                                                then
                                                    concat_ws(
                                                        '',
                                                        '; ',
                                                        named_by_email_count,
                                                        ' name an e-mail address, no id:{{ by_email }}'
                                                    )
                                            end
                                        {%- endif %}
                                    )
                            end,
                            case
                                when unknown_word_count > 0
                                then
                                    concat_ws(
                                        '',
                                        unknown_word_count,
                                        ' of {{ what }} that mean nothing here, such as ',
                                        words,
                                        ': say what they mean in seeds/source_words.csv, as {{ field }}'
                                    )
                            end
                        ),
                        (select proposals from proposals where field = '{{ date }}')
                    )
                ) as notice
            from rejected_{{ records_name }}
            cross join {{ record }}_issues
            cross join unknown_{{ records_name }}
            where
                reasons is not null or unknown_lead_count > 0 or unknown_word_count > 0
        {% endfor %}
        {% for column in repeated_columns() %}
            union all
            select
                9 as notice_order,
                {{
                    text_literal(
                        "The export has several columns "
                        ~ column
                        ~ ": the first is read; rename it there, or leave it out, if "
                        ~ "another is meant"
                    )
                }} as notice
        {% endfor %}
        {% if stopped and stopped.is_read %}
            union all
            select
                12 as notice_order,
                concat_ws(
                    '',
                    {{
                        text_literal(
                            stopped.column
                            ~ " has not been kept up by its CRM since "
                            ~ stopped.stopped_on
                        )
                    }},
                    ': ',
                    count(case when is_newer then 1 end),
                    ' of ',
                    count(*),
                    ' leads with a score were created or engaged after that day, which their score does not know of'
                ) as notice
            from
                (
                    select
                        greatest(
                            coalesce(created_at, last_engaged),
                            coalesce(last_engaged, created_at)
                        )
                        > cast('{{ stopped.stopped_on }}' as date) as is_newer
                    from stg_leads_typed
                    where rejection_reasons is null and intent_score is not null
                ) as scored
        {% endif %}
        union all
        select
            13 as notice_order,
            concat(
                'Leads of earlier builds that the export leaves out count in no rate: ',
                {{
                    joined_texts(
                        "concat(missing_count, ' of ', known_count, ' last at ', stage)",
                        "', '",
                        "order by stage_order",
                    )
                }},
                '; where it hides who was converted, won or lost, export them, too'
            ) as notice
        from missing_leads
        where
            missing_count >= {{ many_missing }}
            and missing_count >= {{ missing_share }} * known_count
        having count(*) > 0

    )

-- several may be of one place, such as two columns of one name each
select
    cast(
        row_number() over (order by notice_order, notice) as {{ dbt.type_int() }}
    ) as notice_order,
    notice
from notices
