-- What the leads first_lead to end_lead of the world are, and would do by themselves.
-- one row per lead: what is true of it, which no CRM knows
create or replace table people as
with

    digests as (
        select
            range + 1 as lead_number,
            digest_of(concat('who ', range + 1)) as who,
            digest_of(concat('how ', range + 1)) as how
        from range(getvariable('first_lead'), getvariable('end_lead'))
    ),

    traits as (
        select
            *,
            nth_of(draw(who, 0), getvariable('source_bounds')) as nth_source,
            nth_of(draw(who, 1), getvariable('company_size_bounds')) as nth_size,
            floor(
                getvariable('arrival_days')
                * draw(who, 2)
                * (
                    parameter('arrival_evenness')
                    + (1 - parameter('arrival_evenness')) * draw(who, 2)
                )
            )::int as age_days,
            getvariable('last_day') - age_days as arrival_on,
            -- weekends are quiet: most of their arrivals move to an earlier day
            arrival_on - if(isodow(arrival_on) > 5, floor(6 * draw(who, 7)), 0)::int
                as created_on,
            draw(who, 3) as fit,
            draw(who, 4) as need,
            between_of(draw(who, 5), 'patience_days') as patience_days,
            between_of(
                draw(who, 6) * (0.3 + 0.7 * draw(who, 6)), 'buying_days'
            ) as buying_days
        from digests
    )

select
    lead_number,
    getvariable('sources')[nth_source] as source,
    getvariable('company_sizes')[nth_size] as company_size,
    fit,
    need,
    patience_days,
    buying_days,
    age_days,
    greatest(
        0,
        least(
            1,
            0.5 * (fit + need)
            + getvariable('source_readiness')[nth_source]
            + getvariable('company_size_readiness')[nth_size]
        )
    ) as readiness,
    created_on + to_minutes(420 + floor(390 * (draw(how, 0) + draw(how, 1)))::int)
        as created_at,
    -- some are names from a list, and never came by themselves
    draw(how, 2) < [0.02, 0.02, 0.02, 0.2, 0.02, 0.05, 0.1, 0.5][nth_source]
        as is_imported,
    ['Email', 'Phone', 'WhatsApp', 'LinkedIn', 'SMS'][
        1 + floor(5 * draw(how, 3) * (0.4 + 0.6 * draw(how, 3)))::int
    ] as channel,
    ['WhatsApp', 'LinkedIn', 'SMS'][
        1 + floor(3 * draw(how, 4) * (0.6 + 0.4 * draw(how, 4)))::int
    ] as message_channel,
    [
        'Ana Duarte', 'Elif Aydin', 'Hannah Lindqvist', 'Jonas Keller',
        'Marcus Webb', 'Naledi Khumalo', 'Priya Raman', 'Rafael Ortega'
    ][1 + floor(8 * draw(how, 5))::int] as owner,
    draw(how, 6) as owned_draw,
    draw(how, 7) as scored_draw
from traits
;

-- one row per lead and wave: its interest comes, goes, and comes again
create or replace table waves as
with

    numbered as (
        select
            *,
            unnest(
                range(
                    1,
                    2 + floor(
                        greatest(0, age_days - buying_days) / parameter('wave_days')
                    )::int
                )
            ) as wave
        from people
    ),

    digests as (
        select
            *,
            digest_of(concat('wave ', lead_number, ' ', wave)) as digest
        from numbered
        -- little need, and its interest soon dies
        where wave <= 1 + parameter('waves_by_need') * need and (need > 0.6 or not is_imported)
    )

select
    lead_number,
    wave,
    source,
    created_at,
    is_imported,
    patience_days,
    if(
        wave = 1,
        buying_days,
        buying_days + parameter('wave_days') * (wave - 1) + 30 * draw(digest, 0)
    ) as days_to_peak,
    created_at + to_minutes(floor(1440 * days_to_peak)::int) as peak_at,
    if(wave = 1, readiness, readiness * (0.5 + 0.55 * draw(digest, 1))) as strength,
    draw(digest, 2) as win_draw,
    draw(digest, 3) as loss_draw,
    draw(digest, 4) as decision_draw,
    draw(digest, 5) as sql_draw,
    draw(digest, 6) as lag_draw,
    draw(digest, 7) as back_draw,
    draw(digest_of(concat('meant ', lead_number, ' ', wave)), 0) as meant_draw
from digests
;

-- one row per thing a lead would do by itself until it is won or lost
create or replace table signals as
with

    numbered as (
        select
            *,
            unnest(
                range(
                    if(wave = 1 and not is_imported, 0, 1),
                    1 + floor(1 + parameter('signals_by_strength') * strength)::int
                )
            ) as nth,
            nth = 0 as is_arrival
        from waves
    ),

    digests as (
        select
            *,
            digest_of(concat('signal ', lead_number, ' ', wave, ' ', nth)) as digest,
            -- the keener, the more it takes on itself
            draw(digest, 0) * (0.65 + 0.25 * strength) as effort
        from numbered
    ),

    days as (
        select
            *,
            created_at::date + abs(
                floor(
                    days_to_peak
                    + patience_days * (draw(digest, 1) + draw(digest, 2) - 1)
                )
            )::int as first_day,
            first_day
            - if(isodow(first_day) > 5, floor(6 * draw(digest, 4)), 0)::int
            as quieter_day
        from digests
    ),

    moments as (
        select
            *,
            if(
                is_arrival,
                created_at,
                greatest(
                    created_at + to_minutes(nth::int),
                    quieter_day + to_minutes(420 + floor(780 * draw(digest, 3))::int)
                )
            -- a second of its own, so that no two things happen at one moment
            ) + to_seconds((10 * wave + nth) % 60) as occurred_at,
            case
                when is_arrival
                then
                    case source
                        when 'Facebook' then ['content_downloaded', 'form_submitted']
                        when 'LinkedIn' then ['content_downloaded', 'message_received']
                        when 'Webinar' then ['webinar_attended', 'webinar_attended']
                        when 'Referral' then ['mail_replied', 'call_received']
                        when 'Event' then ['event_attended', 'event_attended']
                        when 'Other' then ['form_submitted', 'mail_replied']
                        else ['page_viewed', 'form_submitted']
                    end[1 + floor(2 * draw(digest, 4))::int]
                when effort < 0.12 then 'page_viewed'
                when effort < 0.16 then 'mail_opened'
                when effort < 0.21 then 'mail_clicked'
                when effort < 0.33 then 'content_downloaded'
                when effort < 0.43 then 'webinar_attended'
                when effort < 0.46 then 'event_attended'
                when effort < 0.54 then 'form_submitted'
                when effort < 0.60 then 'message_received'
                when effort < 0.67 then 'mail_replied'
                when effort < 0.72 then 'call_received'
                when effort < 0.76 then 'meeting_booked'
                when effort < 0.80 then 'trial_started'
                else 'demo_requested'
            end::kind as activity_type
        from days
    )

select
    lead_number,
    wave,
    nth,
    activity_type,
    needs_answer,
    points,
    strength,
    digest,
    occurred_at
from moments
join types using (activity_type)
;
