-- one row per lead: the columns of leads from raw texts, in one statement by hand.
-- Made for speed alone, with the rules in force written into it, to measure by.
-- Each decision is made once for each cell of stage, score and health, and a row
-- looks its cell up. A column of few texts is an enum: it is written to Parquet
-- five times as fast, and reads as text. Map lookups run once per dictionary.
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
            from read_parquet('{input}')
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
            (stage_code * 102 + coalesce(intent_score, 101)) * 5
            + case
                when days_since_engaged <= 30
                then 0
                when days_since_engaged <= 60
                then 1
                when days_since_engaged <= 90
                then 2
                when days_since_engaged is not null
                then 3
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

    facts as (

        select
            (stage_code * 102 + score) * 5 + quiet_code as cell,
            ['Disqualified', 'Lead', 'MQL', 'SQL', 'Customer'][stage_code + 1]
            as funnel_stage,
            nullif(score, 101) as score,
            case when quiet_code = 0 then 'Active' when quiet_code <= 2 then 'Stale' else 'Dormant' end as health,
            [0, 1, 1, 2, 3][quiet_code + 1] as health_code,
            quiet_code = 0 as is_engaged_lately,
            score between 50 and 100 and quiet_code <= 1 as is_worth_keeping
        from range(5) as stages (stage_code), range(102) as scores (score), range(5) as quiets (quiet_code)

    ),

    staged as (

        select
            *,
            case
                when funnel_stage = 'Customer'
                then 'customer_on_record'
                when funnel_stage = 'Disqualified'
                then 'disqualified_on_record'
                when score is null and funnel_stage = 'SQL' and is_engaged_lately
                then 'not_scored_sql'
                when score is null and funnel_stage in ('MQL', 'SQL')
                then 'not_scored_mql'
                when score is null
                then 'not_scored'
                when score >= 70 and is_engaged_lately
                then 'sales_ready'
                when funnel_stage = 'SQL' and is_worth_keeping
                then 'kept_by_sales'
                when score >= 70
                then 'cooled_off'
                when score >= 40
                then 'marketing_qualified'
                else 'not_yet_qualified'
            end as rule,
            case
                when rule = 'customer_on_record'
                then 'Customer'
                when rule = 'disqualified_on_record'
                then 'Disqualified'
                when rule in ('sales_ready', 'kept_by_sales', 'not_scored_sql')
                then 'SQL'
                when rule in ('cooled_off', 'marketing_qualified', 'not_scored_mql')
                then 'MQL'
                else 'Lead'
            end as stage,
            case
                when stage = 'Customer'
                then 'customer'
                when health = 'Dormant' or stage = 'Disqualified'
                then 'win_back'
                when stage = 'SQL' and health = 'Stale'
                then 'rescue'
                when stage = 'SQL'
                then 'close'
                when stage = 'MQL' and health = 'Stale'
                then 'cooling_mql'
                else 'educate'
            end as track
        from facts

    ),

    cells as (

        select
            cell,
            cast(funnel_stage as enum('Disqualified', 'Lead', 'MQL', 'SQL', 'Customer')) as funnel_stage,
            cast(stage as enum('Disqualified', 'Lead', 'MQL', 'SQL', 'Customer')) as simulated_stage,
            cast(rule as enum('customer_on_record', 'disqualified_on_record', 'not_scored_sql', 'not_scored_mql', 'not_scored', 'sales_ready', 'kept_by_sales', 'cooled_off', 'marketing_qualified', 'not_yet_qualified')) as stage_rule,
            case rule
                when 'customer_on_record'
                then 'The CRM says Customer'
                when 'disqualified_on_record'
                then 'The CRM says Disqualified'
                when 'not_scored_sql'
                then 'No intent score, but the CRM says SQL and '
                when 'not_scored_mql'
                then 'No intent score, so the CRM''s ' || funnel_stage || ' counts as MQL'
                when 'not_scored'
                then 'No intent score and no qualified stage in the CRM'
                when 'sales_ready'
                then 'Intent ' || score || ' reaches the SQL bar of 70 and '
                when 'kept_by_sales'
                then 'Sales already works on the lead, its intent of ' || score || ' is at least 50 and '
                when 'cooled_off'
                then 'Intent ' || score || ' reaches the SQL bar of 70, but '
                when 'marketing_qualified'
                then
                    'Intent '
                    || score
                    || ' reaches the MQL bar of 40 but not the SQL bar of 70'
                else 'Intent ' || score || ' is below the MQL bar of 40'
            end as stage_words,
            case rule
                when 'not_scored_sql'
                then ''
                when 'sales_ready'
                then ''
                when 'kept_by_sales'
                then ''
                when 'cooled_off'
                then ' and an SQL engages within 30 days'
            end as stage_words_after_days,
            cast(case stage when 'Lead' then 'MQL' when 'MQL' then 'SQL' when 'SQL' then 'Customer' end as enum('MQL', 'SQL', 'Customer')) as next_stage,
            case stage
                when 'Lead'
                then
                    case
                        when score is null
                        then 'an intent score of at least 40 for MQL'
                        when score = 39
                        then '1 more intent point for MQL'
                        else (40 - score) || ' more intent points for MQL'
                    end
                when 'MQL'
                then
                    concat_ws(
                        ' and ',
                        case
                            when score is null
                            then 'an intent score of at least 70'
                            when score = 69
                            then '1 more intent point'
                            when score < 70
                            then (70 - score) || ' more intent points'
                        end,
                        case
                            when not is_engaged_lately
                            then 'an engagement within 30 days'
                        end
                    )
                    || ' for SQL'
                when 'SQL'
                then 'a won deal in the CRM for Customer'
            end as next_stage_needs,
            cast(health as enum('Active', 'Stale', 'Dormant')) as engagement_health,
            cast(
                ['engaged_recently', 'going_quiet', 'gone_quiet', 'never_engaged'][health_code + 1]
                as enum('engaged_recently', 'going_quiet', 'gone_quiet', 'never_engaged')
            ) as health_rule,
            health || ', since ' as health_words,
            [
                ' (Active means within 30 days)',
                ' (Active ends after 30 days, Stale after 90)',
                ' (Stale ends after 90 days)',
                ''
            ][health_code + 1] as health_words_after_days,
            cast(
                case track
                    when 'customer'
                    then 'Retention'
                    when 'rescue'
                    then 'Conversion'
                    when 'close'
                    then 'Conversion'
                    when 'educate'
                    then 'Education'
                    else 'Reactivation'
                end
                as enum('Retention', 'Reactivation', 'Conversion', 'Education')
            ) as nurture_track,
            cast(track as enum('customer', 'win_back', 'rescue', 'close', 'cooling_mql', 'educate')) as track_rule,
            cast(
            case track
                when 'customer'
                then 'A customer is kept through retention'
                when 'win_back'
                then
                    'The lead is '
                    || health
                    || ' with stage '
                    || stage
                    || ' and has to be won back'
                when 'rescue'
                then 'An SQL that is going Stale is called before it is lost'
                when 'close'
                then 'An SQL that is ' || health || ' is worked towards a deal'
                when 'cooling_mql'
                then 'An MQL that is going Stale is re-engaged before it is lost'
                else
                    'The lead is '
                    || health
                    || ' with stage '
                    || stage
                    || ' and learns before it is sold to'
            end as enum('A customer is kept through retention', 'An MQL that is going Stale is re-engaged before it is lost', 'The lead is Dormant with stage Disqualified and has to be won back', 'The lead is Dormant with stage Lead and has to be won back', 'The lead is Dormant with stage MQL and has to be won back', 'The lead is Dormant with stage SQL and has to be won back', 'The lead is Active with stage Disqualified and has to be won back', 'The lead is Stale with stage Disqualified and has to be won back', 'An SQL that is Active is worked towards a deal', 'An SQL that is going Stale is called before it is lost', 'The lead is Active with stage Lead and learns before it is sold to', 'The lead is Active with stage MQL and learns before it is sold to', 'The lead is Stale with stage Lead and learns before it is sold to')
            ) as track_reason,
            cast(
                case stage
                    when 'SQL'
                    then 'SDRs / AEs'
                    when 'Customer'
                    then 'CSM / Account Managers'
                    when 'MQL'
                    then 'Marketing Ops'
                    else 'Marketing'
                end
                as enum('Marketing', 'Marketing Ops', 'SDRs / AEs', 'CSM / Account Managers')
            ) as owner_team
        from staged

    ),

    explained as not materialized (

        select
            *,
            case
                when stage_words_after_days is null
                then stage_words
                else concat(stage_words, last_engagement, stage_words_after_days)
            end as stage_reason,
            concat(health_words, last_engagement, health_words_after_days)
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
        track_reason,
        simulated_stage as effective_stage,
        stage_reason as effective_stage_reason,
        nurture_track as effective_track,
        track_reason as effective_track_reason,
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

) to '{output}' (format parquet)
