-- The leads first_lead to end_lead of the world, by the macros of setup.sql.
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
            1 + floor(8 * draw(who, 0) * (0.6 + 0.4 * draw(who, 0)))::int as nth_source,
            1 + floor(5 * draw(who, 1) * (0.6 + 0.4 * draw(who, 1)))::int as nth_size,
            -- ever more leads arrive
            floor(545 * draw(who, 2) * (0.3 + 0.7 * draw(who, 2)))::int as age_days,
            date '2026-10-31' - age_days as arrival_on,
            -- weekends are quiet: most of their arrivals move to an earlier day
            arrival_on - if(isodow(arrival_on) > 5, floor(6 * draw(who, 7)), 0)::int
                as created_on,
            draw(who, 3) as fit,
            draw(who, 4) as need,
            6 + 18 * draw(who, 5) as patience_days,
            3 + 44 * draw(who, 6) * (0.3 + 0.7 * draw(who, 6)) as buying_days
        from digests
    )

select
    lead_number,
    [
        'Website', 'Facebook', 'Google Ads', 'LinkedIn',
        'Webinar', 'Referral', 'Event', 'Other'
    ][nth_source] as source,
    ['S: 1-10', 'M: 11-50', 'L: 51-200', 'XL: 201+', 'Unknown'][nth_size]
        as company_size,
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
            + [0, -0.07, -0.05, 0.03, 0.05, 0.11, 0.07, -0.03][nth_source]
            + [-0.03, 0, 0.03, 0.05, -0.02][nth_size]
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
            unnest(range(1, 2 + floor(greatest(0, age_days - buying_days) / 65)::int))
                as wave
        from people
    ),

    digests as (
        select
            *,
            digest_of(concat('wave ', lead_number, ' ', wave)) as digest
        from numbered
        -- little need, and its interest soon dies
        where wave <= 1 + 8 * need and (need > 0.6 or not is_imported)
    )

select
    lead_number,
    wave,
    source,
    created_at,
    is_imported,
    patience_days,
    if(wave = 1, buying_days, buying_days + 65 * (wave - 1) + 30 * draw(digest, 0))
        as days_to_peak,
    created_at + to_minutes(floor(1440 * days_to_peak)::int) as peak_at,
    if(wave = 1, readiness, readiness * (0.5 + 0.55 * draw(digest, 1))) as strength,
    draw(digest, 2) as win_draw,
    draw(digest, 3) as loss_draw,
    draw(digest, 4) as decision_draw,
    draw(digest, 5) as sql_draw,
    draw(digest, 6) as lag_draw,
    draw(digest, 7) as back_draw
from digests
;

-- one row per thing a lead would do by itself until it is won or lost, with our
-- answer and what comes of that
create or replace table signals as
with

    numbered as (
        select
            *,
            unnest(
                range(
                    if(wave = 1 and not is_imported, 0, 1),
                    1 + floor(1 + 7 * strength)::int
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
    ),

    answered as (
        select
            *,
            draw(digest, 5) < case
                when needs_answer then 0.86
                when points >= 10 then 0.3
                else 0.02
            end as is_answered,
            in_office_hours(
                occurred_at + to_minutes(
                    10
                    + floor(
                        5000 * draw(digest, 6) * draw(digest, 6) * draw(digest, 6)
                    )::int
                )
            ) as answer_at,
            case
                when activity_type in ('demo_requested', 'trial_started')
                then 'meeting_proposed'
                when activity_type = 'message_received'
                then 'message_sent'
                when activity_type in ('call_received', 'form_submitted')
                then 'call_made'
                else 'mail_sent'
            end::kind as answer_type
        from moments
        join types using (activity_type)
    ),

    followed as (
        select
            *,
            -- what comes of the answer: a talk, a meeting, or another try of ours
            case
                when not is_answered
                then null
                when answer_type = 'call_made' and draw(digest, 7) < 0.45
                then 'call_answered'
                when
                    (
                        answer_type = 'meeting_proposed'
                        or activity_type = 'meeting_booked'
                    )
                    and draw(digest, 7) < 0.2 + 0.6 * strength
                then 'meeting_held'
                when draw(digest, 7) > 0.9
                then 'call_made'
                when draw(digest, 7) > 0.75
                then 'mail_sent'
            end::kind as result_type,
            in_office_hours(
                answer_at + to_hours(48 + floor(150 * draw(digest, 6))::int)
            ) as later_at
        from answered
    )

select
    lead_number,
    wave,
    activity_type,
    points,
    occurred_at,
    if(is_answered, answer_type, null) as answer_type,
    if(is_answered, answer_at, null) as answered_at,
    result_type,
    if(result_type = 'call_answered', answer_at, later_at) as result_at
from followed
;

-- one row per lead that was won or lost: need met by answers wins
create or replace table outcomes as
with

    courted as (
        select
            lead_number,
            wave,
            sum(points) as wave_points,
            count(answered_at) filter (where points >= 15) as answers,
            count(answered_at) filter (
                where points >= 15 and answered_at <= occurred_at + to_hours(24)
            ) as quick_answers,
            count(*) filter (where result_type in ('meeting_held', 'call_answered'))
                as talks,
            max(greatest(occurred_at, coalesce(answered_at, occurred_at))) as last_at
        from signals
        group by lead_number, wave
    ),

    decided as (
        select
            lead_number,
            case
                when
                    wave_points >= 100
                    and answers > 0
                    and win_draw
                    < 0.095 * least(talks, 3) + 0.065 * least(quick_answers, 4)
                then 'won'
                when answers > 0 and loss_draw < 0.012 + if(fit < 0.2, 0.06, 0)
                then 'lost'
            end as fate,
            in_office_hours(
                last_at + to_minutes(floor((2 + 14 * decision_draw) * 1440)::int)
            ) as closed_at
        from courted
        join waves using (lead_number, wave)
        join people using (lead_number)
    )

select lead_number, arg_min(fate, closed_at) as fate, min(closed_at) as closed_at
from decided
where fate is not null and closed_at < timestamp '2026-11-01'
group by lead_number
;

-- one row per activity that a CRM would hold
create or replace table happened as
with

    courtship as (
        select lead_number, wave, activity_type, occurred_at
        from signals
        union all
        select lead_number, wave, answer_type, answered_at
        from signals
        where answer_type is not null
        union all
        select lead_number, wave, result_type, result_at
        from signals
        where result_type is not null
    ),

    while_open as (
        select courtship.*
        from courtship
        left join outcomes using (lead_number)
        where occurred_at < coalesce(closed_at, timestamp '2026-11-01')
    ),

    customer_slots as (
        select
            lead_number,
            closed_at,
            unnest(
                range(1 + floor((date '2026-10-31' - closed_at::date) / 13)::int)
            ) as nth,
            digest_of(concat('customer ', lead_number, ' ', nth)) as digest
        from outcomes
        where fate = 'won'
    ),

    as_customers as (
        select
            lead_number,
            0 as wave,
            [
                'page_viewed', 'page_viewed', 'mail_opened', 'mail_clicked',
                'mail_clicked', 'webinar_attended', 'call_answered', 'call_answered',
                'meeting_held', 'meeting_held', 'mail_sent', 'call_made'
            ][1 + floor(12 * draw(digest, 0))::int]::kind as activity_type,
            in_office_hours(
                closed_at
                + to_minutes(floor(13 * 1440 * (nth + draw(digest, 1)))::int)
            ) + to_minutes(floor(50 * draw(digest, 2))::int) as occurred_at
        from customer_slots
    ),

    everything as (
        from while_open
        union all
        from as_customers
    )

select
    lead_number,
    wave,
    activity_type,
    points,
    half_life_days,
    is_engagement,
    is_touch,
    occurred_at
from everything
join types using (activity_type)
where occurred_at < timestamp '2026-11-01'
;

-- one row per lead and stage that the CRM gave it
create or replace table stages as
with

    waves_seen as (
        select
            lead_number,
            wave,
            any_value(lag_draw) as lag_draw,
            any_value(sql_draw) as sql_draw,
            any_value(back_draw) as back_draw,
            sum(points) as wave_points,
            -- stages lag behind intent: a wave is near its height before anyone acts
            min(occurred_at) filter (
                where is_engagement and occurred_at >= peak_at - to_days(5)
            ) as warm_at,
            min(occurred_at) filter (where is_touch and occurred_at >= peak_at)
                as hot_at,
            min(occurred_at) as first_at,
            max(occurred_at) filter (where is_engagement) as last_at
        from happened
        join waves using (lead_number, wave)
        group by lead_number, wave
    ),

    moments as (
        select
            *,
            if(wave_points >= 40 + 35 * lag_draw and back_draw < 0.9, warm_at, null)
                + to_minutes(20 + floor(2000 * lag_draw)::int) as noticed_at,
            -- a third of them by a workflow, at any hour
            if(lag_draw < 0.33, noticed_at, in_office_hours(noticed_at)) as mql_at,
            in_office_hours(
                if(wave_points >= 95 + 60 * sql_draw, hot_at, null)
                + to_minutes(15 + floor(4000 * back_draw)::int)
            ) as sql_at,
            in_office_hours(
                last_at + to_minutes(floor((35 + 30 * sql_draw) * 1440)::int)
            ) as back_at,
            lead(first_at) over (partition by lead_number order by wave) as next_at
        from waves_seen
    ),

    candidates as (
        select lead_number, 'Lead' as stage, created_at as entered_at
        from people
        union all
        select lead_number, 'MQL', min(mql_at)
        from moments
        group by lead_number
        having min(mql_at) < coalesce(min(sql_at), timestamp '2026-11-01')
        union all
        select lead_number, 'SQL', sql_at
        from moments
        union all
        select lead_number, 'MQL', back_at
        from moments
        where
            sql_at < back_at
            and back_at < coalesce(next_at, timestamp '2026-11-01')
            and back_draw < 0.6
    ),

    entered as (
        select candidates.*
        from candidates
        left join outcomes using (lead_number)
        where entered_at < coalesce(closed_at, timestamp '2026-11-01')
        union all
        select lead_number, if(fate = 'won', 'Customer', 'Disqualified'), closed_at
        from outcomes
    )

select *
from entered
qualify
    stage is distinct from lag(stage) over (
        partition by lead_number order by entered_at, stage
    )
;

-- one row per call or mail by which sales comes back to an SQL, most weeks, until it
-- stands elsewhere
create or replace table cadence as
with

    stays as (
        select
            lead_number,
            stage,
            entered_at,
            lead(entered_at, 1, timestamp '2026-11-01') over (
                partition by lead_number order by entered_at, stage
            ) as left_at
        from stages
    ),

    slots as (
        select
            *,
            unnest(
                range(1, least(12, floor((left_at::date - entered_at::date) / 5))::int + 1)
            ) as nth
        from stays
        where stage = 'SQL'
    ),

    digests as (
        select
            *,
            digest_of(concat('cadence ', lead_number, ' ', entered_at, ' ', nth))
                as digest,
            in_office_hours(
                entered_at + to_minutes(floor(7200 * (nth - draw(digest, 0)))::int)
            ) + to_minutes(floor(50 * draw(digest, 1))::int) as occurred_at
        from slots
    )

select
    lead_number,
    if(draw(digest, 2) < 0.6, 'call_made', 'mail_sent')::kind as activity_type,
    occurred_at
from digests
where draw(digest, 3) < 0.8 and occurred_at < left_at
;

-- the nine columns that a CRM would hold on the last day
create or replace view leads as
with

    engagement as (
        select
            lead_number,
            max(occurred_at)::date as last_engaged,
            arg_max(activity_type, occurred_at) filter (
                where activity_type <> 'page_viewed'
            ) as newest_type,
            least(
                100,
                floor(
                    sum(
                        round(
                            points * power(
                                0.5,
                                (date '2026-10-31' - occurred_at::date) / half_life_days
                            ),
                            3
                        )::decimal(9, 3)
                    )
                )
            )::int as intent
        from happened
        where is_engagement
        group by lead_number
    ),

    last_stages as (
        select lead_number, arg_max(stage, entered_at) as funnel_stage
        from stages
        group by lead_number
    )

select
    lead_id_of(lead_number) as lead_id,
    created_at::date as created_at,
    funnel_stage,
    if(funnel_stage = 'Customer' or scored_draw > 0.03, intent, null) as intent_score,
    last_engaged,
    company_size,
    source,
    coalesce(channel_of(newest_type, channel, message_channel), 'None')
        as engagement_channel,
    if(
        owned_draw < case funnel_stage
            when 'Customer' then 1
            when 'SQL' then 0.97
            when 'MQL' then 0.85
            when 'Disqualified' then 0.6
            else 0.1
        end,
        owner,
        null
    ) as sales_owner
from people
join last_stages using (lead_number)
left join engagement using (lead_number)
order by lead_number
;

create or replace view activities as
select
    lead_id_of(lead_number) as lead_id,
    strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') as occurred_at,
    activity_type,
    channel_of(activity_type, channel, message_channel) as channel
from (
    select lead_number, activity_type, occurred_at
    from happened
    union
    select lead_number, activity_type, occurred_at
    from cadence
) as done
join people using (lead_number)
order by lead_number, done.occurred_at, activity_type
;

create or replace view stage_changes as
select
    lead_id_of(lead_number) as lead_id,
    stage,
    strftime(entered_at, '%Y-%m-%dT%H:%M:%SZ') as entered_at
from stages
order by lead_number, stages.entered_at
;

-- what nobody knows of a real lead, to judge an estimate by
create or replace view truth as
select
    lead_id_of(lead_number) as lead_id,
    round(fit, 3) as fit,
    round(need, 3) as need,
    floor(patience_days)::int as patience_days,
    created_at::date + floor(buying_days)::int as buying_on,
    coalesce(fate, 'open') as fate,
    closed_at::date as closed_on
from people
left join outcomes using (lead_number)
order by lead_number
;
