-- one row per lead: the columns of leads from raw texts, in one statement by hand.
-- Made for speed alone, with the rules in force written into it, to measure by.
-- Each decision is made once for each cell of stage, score and health, and a row
-- looks its cell up. A column of few texts is an enum: it is written to Parquet
-- five times as fast, and reads as text. Map lookups run once per dictionary.
-- one row per cell, as decisions.py decides about it
create temp table cells as
select cell.* replace (
    cast(cell.funnel_stage as enum('Disqualified', 'Lead', 'MQL', 'SQL', 'Customer')) as funnel_stage,
    cast(cell.simulated_stage as enum('Disqualified', 'Lead', 'MQL', 'SQL', 'Customer')) as simulated_stage,
    cast(cell.stage_rule as enum('customer_on_record', 'disqualified_on_record', 'not_scored_sql', 'not_scored_mql', 'not_scored', 'sales_ready', 'kept_by_sales', 'cooled_off', 'marketing_qualified', 'not_yet_qualified')) as stage_rule,
    cast(cell.next_stage as enum('MQL', 'SQL', 'Customer')) as next_stage,
    cast(cell.engagement_health as enum('Active', 'Stale', 'Dormant')) as engagement_health,
    cast(cell.health_rule as enum('engaged_recently', 'going_quiet', 'gone_quiet', 'never_engaged', 'came_recently')) as health_rule,
    cast(cell.nurture_track as enum('Retention', 'Reactivation', 'Conversion', 'Education')) as nurture_track,
    cast(cell.track_rule as enum('customer', 'win_back', 'rescue', 'close', 'cooling_mql', 'unheard_mql', 'educate')) as track_rule,
    cast(cell.track_before as enum('A customer is kept through retention', 'An MQL that is going Stale is re-engaged before it is lost', 'An MQL with the intent of an SQL is asked whether it still listens, since its engagement is not known', 'The lead is Dormant with stage Disqualified and has to be won back', 'The lead is Dormant with stage Lead and has to be won back', 'The lead is Dormant with stage MQL and has to be won back', 'The lead is Dormant with stage SQL and has to be won back', 'The lead is Active with stage Disqualified and has to be won back', 'The lead is Stale with stage Disqualified and has to be won back', 'An SQL that is Active is worked towards a deal', 'An SQL that is going Stale is called before it is lost', 'The lead is Active with stage Lead and learns before it is sold to', 'The lead is Active with stage MQL and learns before it is sold to', 'The lead is Stale with stage Lead and learns before it is sold to')) as track_before,
    cast(cell.owner_team as enum('Marketing', 'Marketing Ops', 'SDRs / AEs', 'CSM / Account Managers')) as owner_team
)
from (
    select unnest(from_json(getvariable('cells'), '[{"cell": "integer", "funnel_stage": "text", "simulated_stage": "text", "stage_rule": "text", "stage_before": "text", "stage_behind": "text", "next_stage": "text", "next_stage_needs": "text", "engagement_health": "text", "health_rule": "text", "health_before": "text", "health_behind": "text", "nurture_track": "text", "track_rule": "text", "track_before": "text", "owner_team": "text"}]')) as cell
)
;

copy (

    with

-- what follows the first condition of a CASE is evaluated for few rows
    texts as not materialized (

        select
            *,
            case
                when
                    strlen(raw_lead_id) > 6
                    and raw_lead_id between '!' and '~'
                    and right(raw_lead_id, 1) between '!' and '~'
                then raw_lead_id
                when map {'': 1, 'n/a': 1, 'na': 1, 'null': 1, 'select': 1, '-': 1}[
                    lower(trim(raw_lead_id, e' \t\n\r' || chr(160)))
                ] is null
                then trim(raw_lead_id, e' \t\n\r' || chr(160))
            end as lead_id,
            case
                -- what prints as it was written is a plain day
                when cast(try_cast(columns('raw_(created_at|last_engaged)') as date) as text) = columns('raw_(created_at|last_engaged)')
                then try_cast(columns('raw_(created_at|last_engaged)') as date)
                when columns('raw_(created_at|last_engaged)') is null
                then null
                when regexp_full_match(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}')
                then try_cast(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)) as date)
                when regexp_full_match(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})\d{4}')
                then cast(try_strptime(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '%Y%m%d') as date)
                when regexp_full_match(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '\d{13}')
                then cast(epoch_ms(cast(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)) as bigint)) as date)
                when regexp_full_match(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?')
                then cast(try_cast(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)) as timestamp) as date)
                when regexp_full_match(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)')
                then cast(try_cast(trim(columns('raw_(created_at|last_engaged)'), e' \t\n\r' || chr(160)) as timestamptz) at time zone 'UTC' as date)
            end as '\1'
        from (
            select cast(columns('lead_id|created_at|funnel_stage|intent_score|last_engaged|company_size|source|engagement_channel|sales_owner') as text) as 'raw_\0'
            from read_parquet($input)
        )

    ),

    as_of as materialized (

        select
            coalesce(
                greatest(
                    max(created_at) filter (where created_at <= current_date),
                    max(last_engaged) filter (where last_engaged <= current_date)
                ),
                current_date
            ) as as_of_date
        from texts

    ),

-- hashes may collide, so this is where to look; lead_id itself decides
    repeated as materialized (

        select hash(lead_id) as repeated_hash
        from texts
        group by repeated_hash
        having count(*) > 1

    ),

    marked as not materialized (

        select *, repeated_hash is not null as is_repeated
        from texts
        left join repeated on hash(lead_id) = repeated_hash

    ),

-- stage_code is the stage's place in its order
    typed as not materialized (

        select
            *,
            case
                when raw_funnel_stage is null
                then 1
                else
                    coalesce(
                        map {'Disqualified': 0, 'Lead': 1, 'MQL': 2, 'SQL': 3, 'Customer': 4}[
                            raw_funnel_stage
                        ],
                        map {
                            'closedlost': 0, 'lost': 0, 'unqualified': 0,
                            'marketingqualifiedlead': 2, 'salesqualifiedlead': 3,
                            'closedwon': 4, 'won': 4
                        }[lower(translate(raw_funnel_stage, e' \t\n\f\r_', ''))],
                        map {
                            'disqualified': 0, 'lead': 1, 'mql': 2, 'sql': 3, 'customer': 4,
                            '': 1, 'n/a': 1, 'na': 1, 'null': 1, 'select': 1, '-': 1
                        }[lower(trim(raw_funnel_stage, e' \t\n\r' || chr(160)))]
                    )
            end as stage_code,
            case
                -- what prints as it was written is a plain whole number
                when cast(try_cast(raw_intent_score as integer) as text) = raw_intent_score
                then
                    case
                        when try_cast(raw_intent_score as integer) between 0 and 100
                        then try_cast(raw_intent_score as integer)
                    end
                when
                    regexp_full_match(
                        trim(raw_intent_score, e' \t\n\r' || chr(160)),
                        '[+-]?(\d+(\.\d*)?|\.\d+)'
                    )
                    and try_cast(trim(raw_intent_score, e' \t\n\r' || chr(160)) as double)
                    between 0 and 100
                then
                    cast(
                        floor(
                            round(
                                try_cast(
                                    trim(raw_intent_score, e' \t\n\r' || chr(160)) as double
                                ),
                                9
                            )
                            + 0.5
                        ) as integer
                    )
            end as intent_score,
            coalesce(
                cast(map {'S: 1-10': 'S: 1-10', 'M: 11-50': 'M: 11-50', 'L: 51-200': 'L: 51-200', 'XL: 201+': 'XL: 201+'} as map(text, enum('S: 1-10', 'M: 11-50', 'L: 51-200', 'XL: 201+', 'Unknown')))[raw_company_size],
                cast(map {'s: 1-10': 'S: 1-10', 'm: 11-50': 'M: 11-50', 'l: 51-200': 'L: 51-200', 'xl: 201+': 'XL: 201+'} as map(text, enum('S: 1-10', 'M: 11-50', 'L: 51-200', 'XL: 201+', 'Unknown')))[lower(trim(raw_company_size, e' \t\n\r' || chr(160)))],
                cast('Unknown' as enum('S: 1-10', 'M: 11-50', 'L: 51-200', 'XL: 201+', 'Unknown'))
            ) as company_size,
            coalesce(
                cast(map {'Facebook': 'Facebook', 'LinkedIn': 'LinkedIn', 'Google Ads': 'Google Ads', 'Website': 'Website', 'Referral': 'Referral', 'Webinar': 'Webinar', 'Event': 'Event', 'Other': 'Other'} as map(text, enum('Facebook', 'LinkedIn', 'Google Ads', 'Website', 'Referral', 'Webinar', 'Event', 'Other')))[raw_source],
                cast(map {'facebookads': 'Facebook', 'linkedinads': 'LinkedIn', 'adwords': 'Google Ads', 'googleadwords': 'Google Ads', 'paidsearch': 'Google Ads', 'ppc': 'Google Ads', 'directtraffic': 'Website', 'organicsearch': 'Website', 'web': 'Website', 'webform': 'Website', 'customerreferral': 'Referral', 'employeereferral': 'Referral', 'externalreferral': 'Referral', 'partner': 'Referral', 'partnerreferral': 'Referral', 'referrals': 'Referral', 'wordofmouth': 'Referral', 'webinars': 'Webinar', 'conference': 'Event', 'events': 'Event', 'tradeshow': 'Event'} as map(text, enum('Facebook', 'LinkedIn', 'Google Ads', 'Website', 'Referral', 'Webinar', 'Event', 'Other')))[lower(translate(raw_source, e' \t\n\f\r_', ''))],
                cast(map {'facebook': 'Facebook', 'linkedin': 'LinkedIn', 'google ads': 'Google Ads', 'website': 'Website', 'referral': 'Referral', 'webinar': 'Webinar', 'event': 'Event'} as map(text, enum('Facebook', 'LinkedIn', 'Google Ads', 'Website', 'Referral', 'Webinar', 'Event', 'Other')))[lower(trim(raw_source, e' \t\n\r' || chr(160)))],
                cast('Other' as enum('Facebook', 'LinkedIn', 'Google Ads', 'Website', 'Referral', 'Webinar', 'Event', 'Other'))
            ) as source,
            coalesce(
                cast(map {'Email': 'Email', 'WhatsApp': 'WhatsApp', 'Phone': 'Phone', 'LinkedIn': 'LinkedIn', 'SMS': 'SMS', 'None': 'None'} as map(text, enum('Email', 'WhatsApp', 'Phone', 'LinkedIn', 'SMS', 'None')))[raw_engagement_channel],
                cast(map {'call': 'Phone', 'phonecall': 'Phone', 'linkedinmessage': 'LinkedIn', 'textmessage': 'SMS', 'whatsappmessage': 'WhatsApp'} as map(text, enum('Email', 'WhatsApp', 'Phone', 'LinkedIn', 'SMS', 'None')))[lower(translate(raw_engagement_channel, e' \t\n\f\r_', ''))],
                cast(map {'email': 'Email', 'whatsapp': 'WhatsApp', 'phone': 'Phone', 'linkedin': 'LinkedIn', 'sms': 'SMS'} as map(text, enum('Email', 'WhatsApp', 'Phone', 'LinkedIn', 'SMS', 'None')))[lower(trim(raw_engagement_channel, e' \t\n\r' || chr(160)))],
                cast('None' as enum('Email', 'WhatsApp', 'Phone', 'LinkedIn', 'SMS', 'None'))
            ) as engagement_channel,
            case
                when map {'': 1, 'n/a': 1, 'na': 1, 'null': 1, 'select': 1, '-': 1}[lower(trim(raw_sales_owner, e' \t\n\r' || chr(160)))] is null
                then trim(raw_sales_owner, e' \t\n\r' || chr(160))
            end as sales_owner
        from marked

    ),

    trusted as not materialized (

        select *, as_of_date - last_engaged as days_since_engaged
        from typed
        cross join as_of
        where
            -- one CASE, so that its parts are not pushed down to where they cost more
            case
                when lead_id is null or stage_code is null
                then false
                when
                    created_at is null
                    and raw_created_at is not null
                    and map {'': 1, 'n/a': 1, 'na': 1, 'null': 1, 'select': 1, '-': 1}[
                        lower(trim(raw_created_at, e' \t\n\r' || chr(160)))
                    ]
                    is null
                then false
                when
                    last_engaged is null
                    and raw_last_engaged is not null
                    and map {'': 1, 'n/a': 1, 'na': 1, 'null': 1, 'select': 1, '-': 1}[
                        lower(trim(raw_last_engaged, e' \t\n\r' || chr(160)))
                    ]
                    is null
                then false
                else coalesce(greatest(created_at, last_engaged) <= as_of_date, true)
            end

    ),

    kept as not materialized (

        select *
        from trusted
        where not is_repeated
        union all
        select *
        from trusted
        where is_repeated
        qualify
            row_number() over (
                partition by lead_id
                order by
                    last_engaged desc nulls last,
                    created_at desc nulls last,
                    intent_score desc nulls last,
                    stage_code desc,
                    raw_lead_id,
                    raw_created_at nulls last,
                    coalesce(
                        map {
                            'closedlost': 'Disqualified', 'lost': 'Disqualified', 'unqualified': 'Disqualified',
                            'marketingqualifiedlead': 'MQL', 'salesqualifiedlead': 'SQL',
                            'closedwon': 'Customer', 'won': 'Customer'
                        }[lower(translate(raw_funnel_stage, e' \t\n\f\r_', ''))],
                        raw_funnel_stage
                    ) nulls last,
                    raw_intent_score nulls last,
                    raw_last_engaged nulls last,
                    raw_company_size nulls last,
                    coalesce(
                        map {'facebookads': 'Facebook', 'linkedinads': 'LinkedIn', 'adwords': 'Google Ads', 'googleadwords': 'Google Ads', 'paidsearch': 'Google Ads', 'ppc': 'Google Ads', 'directtraffic': 'Website', 'organicsearch': 'Website', 'web': 'Website', 'webform': 'Website', 'customerreferral': 'Referral', 'employeereferral': 'Referral', 'externalreferral': 'Referral', 'partner': 'Referral', 'partnerreferral': 'Referral', 'referrals': 'Referral', 'wordofmouth': 'Referral', 'webinars': 'Webinar', 'conference': 'Event', 'events': 'Event', 'tradeshow': 'Event', 'coldcall': 'Other', 'emailmarketing': 'Other', 'publicrelations': 'Other', 'purchasedlist': 'Other'}[lower(translate(raw_source, e' \t\n\f\r_', ''))],
                        raw_source
                    ) nulls last,
                    coalesce(
                        map {'call': 'Phone', 'phonecall': 'Phone', 'linkedinmessage': 'LinkedIn', 'textmessage': 'SMS', 'whatsappmessage': 'WhatsApp'}[lower(translate(raw_engagement_channel, e' \t\n\f\r_', ''))],
                        raw_engagement_channel
                    ) nulls last,
                    raw_sales_owner nulls last
            )
            = 1

    ),

    measured as not materialized (

        select
            *,
            (stage_code * 102 + coalesce(intent_score, 101)) * 6
            + case
                when days_since_engaged <= 30
                then 0
                when days_since_engaged <= 60
                then 1
                when days_since_engaged <= 90
                then 2
                when days_since_engaged is not null
                then 3
                when as_of_date - created_at <= 30
                then 5
                else 4
            end as cell,
            case
                when days_since_engaged > 1
                then concat('the last engagement was ', days_since_engaged, ' days ago')
                when days_since_engaged = 1
                then 'the last engagement was 1 day ago'
                when days_since_engaged = 0
                then 'the last engagement was today'
                else 'no engagement of the lead is on record'
            end as last_engagement
        from kept

    ),

    explained as not materialized (

        select
            *,
            case
                when stage_behind is null
                then stage_before
                else concat(stage_before, last_engagement, stage_behind)
            end as stage_reason,
            concat(health_before, last_engagement, health_behind)
            as health_reason
        from measured
        inner join cells using (cell)

    )

    select
        lead_id,
        funnel_stage,
        simulated_stage,
        stage_rule,
        stage_reason,
        next_stage,
        next_stage_needs,
        engagement_health,
        health_rule,
        health_reason,
        nurture_track,
        track_rule,
        track_before as track_reason,
        simulated_stage as effective_stage,
        stage_reason as effective_stage_reason,
        nurture_track as effective_track,
        track_before as effective_track_reason,
        owner_team,
        sales_owner,
        sales_owner as effective_owner,
        cast(null as text) as effective_owner_reason,
        source,
        engagement_channel,
        company_size,
        cast(null as text) as pain_point_summary,
        cast(null as text) as record_url,
        intent_score,
        days_since_engaged,
        false as is_overridden,
        created_at,
        last_engaged,
        as_of_date
    from explained

) to $output (format parquet)
