copy (
    with

    texts as not materialized (

        select
            cast(lead_id as text) as raw_lead_id,
            cast(created_at as text) as raw_created_at,
            cast(funnel_stage as text) as raw_funnel_stage,
            cast(intent_score as text) as raw_intent_score,
            cast(last_engaged as text) as raw_last_engaged,
            cast(company_size as text) as raw_company_size,
            cast(source as text) as raw_source,
            cast(engagement_channel as text) as raw_engagement_channel,
            cast(sales_owner as text) as raw_sales_owner
        from read_parquet('{input}')

    ),

    raw_leads as not materialized (

        select
            *,
            case
                when raw_lead_id between '!' and '~' and right(raw_lead_id, 1) between '!' and '~'
                then raw_lead_id
                else trim(raw_lead_id, e' \t\n\r' || chr(160))
            end as lead_id,
            hash(lead_id) as id_hash
        from texts

    ),

    repeated as materialized (

        select id_hash as repeated_hash
        from raw_leads
        group by id_hash
        having count(*) > 1

    ),

    typed as not materialized (

        select
            raw_leads.*,
            repeated_hash is not null as is_repeated,
            case when raw_funnel_stage is null then 'Lead' else coalesce(
                map {'Lead': 'Lead', 'MQL': 'MQL', 'SQL': 'SQL', 'Customer': 'Customer', 'Disqualified': 'Disqualified'}[raw_funnel_stage],
                map {'marketingqualifiedlead': 'MQL', 'salesqualifiedlead': 'SQL', 'closedwon': 'Customer', 'won': 'Customer', 'closedlost': 'Disqualified', 'lost': 'Disqualified', 'unqualified': 'Disqualified'}[lower(translate(raw_funnel_stage, e' \t\n\f\r_', ''))],
                map {'lead': 'Lead', 'mql': 'MQL', 'sql': 'SQL', 'customer': 'Customer', 'disqualified': 'Disqualified', '': 'Lead', 'n/a': 'Lead', 'na': 'Lead', 'null': 'Lead', 'select': 'Lead', '-': 'Lead'}[lower(trim(raw_funnel_stage, e' \t\n\r' || chr(160)))]
            ) end as funnel_stage,
            case
                -- what prints as it was written is a plain number
                when cast(try_cast(raw_intent_score as integer) as text) = raw_intent_score
                then case when try_cast(raw_intent_score as integer) between 0 and 100 then try_cast(raw_intent_score as integer) end
                when regexp_full_match(trim(raw_intent_score, e' \t\n\r' || chr(160)), '[+-]?(\d+(\.\d*)?|\.\d+)') and try_cast(trim(raw_intent_score, e' \t\n\r' || chr(160)) as double) between 0 and 100
                then cast(floor(round(try_cast(trim(raw_intent_score, e' \t\n\r' || chr(160)) as double), 9) + 0.5) as integer)
            end as intent_score,
            coalesce(
                map {'S: 1-10': 'S: 1-10', 'M: 11-50': 'M: 11-50', 'L: 51-200': 'L: 51-200', 'XL: 201+': 'XL: 201+', 'Unknown': 'Unknown'}[raw_company_size],
                map {'s: 1-10': 'S: 1-10', 'm: 11-50': 'M: 11-50', 'l: 51-200': 'L: 51-200', 'xl: 201+': 'XL: 201+', 'unknown': 'Unknown'}[lower(trim(raw_company_size, e' \t\n\r' || chr(160)))],
                'Unknown'
            ) as company_size,
            coalesce(
                map {'Facebook': 'Facebook', 'LinkedIn': 'LinkedIn', 'Google Ads': 'Google Ads', 'Website': 'Website', 'Referral': 'Referral', 'Webinar': 'Webinar', 'Event': 'Event', 'Other': 'Other'}[raw_source],
                map {'facebookads': 'Facebook', 'linkedinads': 'LinkedIn', 'adwords': 'Google Ads', 'googleadwords': 'Google Ads', 'paidsearch': 'Google Ads', 'ppc': 'Google Ads', 'directtraffic': 'Website', 'organicsearch': 'Website', 'web': 'Website', 'webform': 'Website', 'customerreferral': 'Referral', 'employeereferral': 'Referral', 'externalreferral': 'Referral', 'partner': 'Referral', 'partnerreferral': 'Referral', 'referrals': 'Referral', 'wordofmouth': 'Referral', 'webinars': 'Webinar', 'conference': 'Event', 'events': 'Event', 'tradeshow': 'Event', 'coldcall': 'Other', 'emailmarketing': 'Other', 'publicrelations': 'Other', 'purchasedlist': 'Other'}[lower(translate(raw_source, e' \t\n\f\r_', ''))],
                map {'facebook': 'Facebook', 'linkedin': 'LinkedIn', 'google ads': 'Google Ads', 'website': 'Website', 'referral': 'Referral', 'webinar': 'Webinar', 'event': 'Event', 'other': 'Other'}[lower(trim(raw_source, e' \t\n\r' || chr(160)))],
                'Other'
            ) as source,
            coalesce(
                map {'Email': 'Email', 'WhatsApp': 'WhatsApp', 'Phone': 'Phone', 'LinkedIn': 'LinkedIn', 'SMS': 'SMS', 'None': 'None'}[raw_engagement_channel],
                map {'call': 'Phone', 'phonecall': 'Phone', 'linkedinmessage': 'LinkedIn', 'textmessage': 'SMS', 'whatsappmessage': 'WhatsApp'}[lower(translate(raw_engagement_channel, e' \t\n\f\r_', ''))],
                map {'email': 'Email', 'whatsapp': 'WhatsApp', 'phone': 'Phone', 'linkedin': 'LinkedIn', 'sms': 'SMS', 'none': 'None'}[lower(trim(raw_engagement_channel, e' \t\n\r' || chr(160)))],
                'None'
            ) as engagement_channel,
            case when not list_contains(['', 'n/a', 'na', 'null', 'select', '-'], lower(trim(raw_sales_owner, e' \t\n\r' || chr(160)))) then trim(raw_sales_owner, e' \t\n\r' || chr(160)) end as sales_owner,
            case
                when raw_created_at is null
                then null
                -- what prints as it was written is a plain ISO 8601 day
                when cast(try_cast(raw_created_at as date) as text) = raw_created_at
                then try_cast(raw_created_at as date)
                when regexp_full_match(trim(raw_created_at, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}')
                then try_cast(trim(raw_created_at, e' \t\n\r' || chr(160)) as date)
                when regexp_full_match(trim(raw_created_at, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})\d{4}')
                then cast(try_strptime(trim(raw_created_at, e' \t\n\r' || chr(160)), '%Y%m%d') as date)
                when regexp_full_match(trim(raw_created_at, e' \t\n\r' || chr(160)), '\d{13}')
                then cast(epoch_ms(cast(trim(raw_created_at, e' \t\n\r' || chr(160)) as bigint)) as date)
                when regexp_full_match(trim(raw_created_at, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?')
                then cast(try_cast(trim(raw_created_at, e' \t\n\r' || chr(160)) as timestamp) as date)
                when regexp_full_match(trim(raw_created_at, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)')
                then cast(try_cast(trim(raw_created_at, e' \t\n\r' || chr(160)) as timestamptz) at time zone 'UTC' as date)
            end as created_at,
            case
                when raw_last_engaged is null
                then null
                -- what prints as it was written is a plain ISO 8601 day
                when cast(try_cast(raw_last_engaged as date) as text) = raw_last_engaged
                then try_cast(raw_last_engaged as date)
                when regexp_full_match(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}')
                then try_cast(trim(raw_last_engaged, e' \t\n\r' || chr(160)) as date)
                when regexp_full_match(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})\d{4}')
                then cast(try_strptime(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '%Y%m%d') as date)
                when regexp_full_match(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '\d{13}')
                then cast(epoch_ms(cast(trim(raw_last_engaged, e' \t\n\r' || chr(160)) as bigint)) as date)
                when regexp_full_match(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?')
                then cast(try_cast(trim(raw_last_engaged, e' \t\n\r' || chr(160)) as timestamp) as date)
                when regexp_full_match(trim(raw_last_engaged, e' \t\n\r' || chr(160)), '(000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)')
                then cast(try_cast(trim(raw_last_engaged, e' \t\n\r' || chr(160)) as timestamptz) at time zone 'UTC' as date)
            end as last_engaged
        from raw_leads left join repeated on id_hash = repeated_hash

    ),

    as_of as materialized (

        select coalesce(
            greatest(
                max(created_at) filter (created_at <= current_date),
                max(last_engaged) filter (last_engaged <= current_date)
            ), current_date) as as_of_date
        from typed

    ),

    trusted as not materialized (

        select * from typed cross join as_of
        where (strlen(lead_id) > 6 or not list_contains(['', 'n/a', 'na', 'null', 'select', '-'], lower(lead_id)))
        and funnel_stage is not null
        and (created_at <= as_of_date or (created_at is null and (raw_created_at is null or list_contains(['', 'n/a', 'na', 'null', 'select', '-'], lower(trim(raw_created_at, e' \t\n\r' || chr(160)))))))
        and (last_engaged <= as_of_date or (last_engaged is null and (raw_last_engaged is null or list_contains(['', 'n/a', 'na', 'null', 'select', '-'], lower(trim(raw_last_engaged, e' \t\n\r' || chr(160)))))))

    ),

    kept as not materialized (
        select * from trusted where not is_repeated
        union all
        select * from trusted where is_repeated
        qualify row_number() over (partition by lead_id order by last_engaged desc nulls last, created_at desc nulls last, intent_score desc nulls last,
          list_position(['Disqualified', 'Lead', 'MQL', 'SQL', 'Customer'], funnel_stage) desc,
          raw_lead_id, raw_created_at nulls last, coalesce(map {'marketingqualifiedlead': 'MQL', 'salesqualifiedlead': 'SQL', 'closedwon': 'Customer', 'won': 'Customer', 'closedlost': 'Disqualified', 'lost': 'Disqualified', 'unqualified': 'Disqualified'}[lower(translate(raw_funnel_stage, e' \t\n\f\r_', ''))], raw_funnel_stage) nulls last, raw_intent_score nulls last, raw_last_engaged nulls last, raw_company_size nulls last, coalesce(map {'facebookads': 'Facebook', 'linkedinads': 'LinkedIn', 'adwords': 'Google Ads', 'googleadwords': 'Google Ads', 'paidsearch': 'Google Ads', 'ppc': 'Google Ads', 'directtraffic': 'Website', 'organicsearch': 'Website', 'web': 'Website', 'webform': 'Website', 'customerreferral': 'Referral', 'employeereferral': 'Referral', 'externalreferral': 'Referral', 'partner': 'Referral', 'partnerreferral': 'Referral', 'referrals': 'Referral', 'wordofmouth': 'Referral', 'webinars': 'Webinar', 'conference': 'Event', 'events': 'Event', 'tradeshow': 'Event', 'coldcall': 'Other', 'emailmarketing': 'Other', 'publicrelations': 'Other', 'purchasedlist': 'Other'}[lower(translate(raw_source, e' \t\n\f\r_', ''))], raw_source) nulls last, coalesce(map {'call': 'Phone', 'phonecall': 'Phone', 'linkedinmessage': 'LinkedIn', 'textmessage': 'SMS', 'whatsappmessage': 'WhatsApp'}[lower(translate(raw_engagement_channel, e' \t\n\f\r_', ''))], raw_engagement_channel) nulls last, raw_sales_owner nulls last) = 1
    ),
    measured as not materialized (select *, as_of_date - last_engaged as days from kept),
    phrased as not materialized (select *, case when days > 1 then 'the last engagement was ' || days || ' days ago' when days = 1 then 'the last engagement was 1 day ago' when days = 0 then 'the last engagement was today' else 'the lead has never engaged' end as last_engagement,
       case when funnel_stage = 'Customer' then 'customer_on_record' when funnel_stage = 'Disqualified' then 'disqualified_on_record'
            when intent_score >= 70 then case when days <= 30 then 'sales_ready' else 'cooled_off' end
            when intent_score >= 40 then 'marketing_qualified'
            when intent_score is not null then 'not_yet_qualified'
            when funnel_stage = 'SQL' and days <= 30 then 'not_scored_sql'
            when funnel_stage = 'Lead' then 'not_scored'
            else 'not_scored_mql' end as stage_rule,
       case when days <= 30 then 'engaged_recently' when days <= 90 then 'going_quiet' when days is null then 'never_engaged' else 'gone_quiet' end as health_rule
       from measured),
    decided as not materialized (select *,
       case stage_rule when 'not_yet_qualified' then 'Lead' when 'marketing_qualified' then 'MQL' when 'cooled_off' then 'MQL' when 'customer_on_record' then 'Customer' when 'sales_ready' then 'SQL'
         when 'disqualified_on_record' then 'Disqualified' when 'not_scored_sql' then 'SQL' when 'not_scored_mql' then 'MQL' else 'Lead' end as simulated_stage,
       case stage_rule when 'not_yet_qualified' then 'Intent ' || intent_score || ' is below the MQL bar of 40'
         when 'marketing_qualified' then 'Intent ' || intent_score || ' reaches the MQL bar of 40 but not the SQL bar of 70'
         when 'cooled_off' then 'Intent ' || intent_score || ' reaches the SQL bar of 70, but ' || last_engagement || ' and an SQL engages within 30 days'
         when 'customer_on_record' then 'The CRM says Customer'
         when 'sales_ready' then 'Intent ' || intent_score || ' reaches the SQL bar of 70 and ' || last_engagement
         when 'disqualified_on_record' then 'The CRM says Disqualified'
         when 'not_scored_sql' then 'No intent score, but the CRM says SQL and ' || last_engagement
         when 'not_scored_mql' then 'No intent score, so the CRM''s ' || funnel_stage || ' counts as MQL'
         else 'No intent score and no qualified stage in the CRM' end as stage_reason,
       case health_rule when 'engaged_recently' then 'Active' when 'going_quiet' then 'Stale' else 'Dormant' end as engagement_health,
       case health_rule when 'engaged_recently' then 'Active, since ' || last_engagement || ' (Active means within 30 days)' when 'going_quiet' then 'Stale, since ' || last_engagement || ' (Active ends after 30 days, Stale after 90)'
          when 'never_engaged' then 'Dormant, since the lead has never engaged' else 'Dormant, since ' || last_engagement || ' (Stale ends after 90 days)' end as health_reason
       from phrased),
    tracked as not materialized (select *, case when simulated_stage = 'Customer' then 'customer' when engagement_health = 'Dormant' or simulated_stage = 'Disqualified' then 'win_back'
        when simulated_stage = 'SQL' then 'close' when simulated_stage = 'MQL' and engagement_health = 'Stale' then 'cooling_mql' else 'educate' end as track_rule,
        case simulated_stage when 'Lead' then 'MQL' when 'MQL' then 'SQL' when 'SQL' then 'Customer' end as next_stage,
        case simulated_stage when 'Lead' then
               case when intent_score is null then 'an intent score of at least 40 for MQL' when intent_score = 39 then '1 more intent point for MQL' else (40 - intent_score) || ' more intent points for MQL' end
             when 'MQL' then
               case when intent_score is null then 'an intent score of at least 70' when intent_score = 69 then '1 more intent point' when intent_score < 70 then (70 - intent_score) || ' more intent points' else '' end
               || case when days <= 30 then ' for SQL' when intent_score >= 70 then 'an engagement within 30 days for SQL' else ' and an engagement within 30 days for SQL' end
             when 'SQL' then 'a won deal in the CRM for Customer' end as next_stage_needs
        from decided),
    explained as not materialized (select *, case track_rule when 'customer' then 'Retention' when 'win_back' then 'Reactivation' when 'close' then 'Conversion' when 'cooling_mql' then 'Reactivation' else 'Education' end as nurture_track,
       case track_rule when 'customer' then 'A customer is kept through retention' when 'win_back' then 'The lead is ' || engagement_health || ' with stage ' || simulated_stage || ' and has to be won back'
         when 'close' then 'An SQL that is ' || engagement_health || ' is worked towards a deal' when 'cooling_mql' then 'An MQL that is going Stale is re-engaged before it is lost'
         else 'The lead is ' || engagement_health || ' with stage ' || simulated_stage || ' and learns before it is sold to' end as track_reason
       from tracked)
    select lead_id, funnel_stage, simulated_stage, stage_rule, stage_reason, next_stage, next_stage_needs, engagement_health, health_rule, health_reason, nurture_track, track_rule, track_reason,
      simulated_stage as effective_stage, stage_reason as effective_stage_reason, nurture_track as effective_track, track_reason as effective_track_reason,
      case simulated_stage when 'SQL' then 'SDRs / AEs' when 'Customer' then 'CSM / Account Managers' when 'MQL' then 'Marketing Ops' else 'Marketing' end as owner_team,
      sales_owner, sales_owner as effective_owner, null::text as effective_owner_reason, source, engagement_channel, company_size, null::text as pain_point_summary, null::text as record_url,
      intent_score, days as days_since_engaged, false as is_overridden, created_at, last_engaged, as_of_date
    from explained
) to '{output}' (format parquet)