-- What a CRM would hold of it: activities, stages, and the nine columns of a lead.
-- one row per activity that a CRM would hold
create or replace table happened as
with

    courtship as (
        select lead_number, wave, activity_type, occurred_at
        from signals
        union all
        select lead_number, wave, answer_type, answered_at
        from contacts
        union all
        select lead_number, wave, result_type, result_at
        from contacts
        where result_type is not null
    ),

    while_open as (
        select courtship.*
        from courtship
        left join outcomes using (lead_number)
        where occurred_at < coalesce(closed_at, getvariable('end_at'))
    ),

    customer_slots as (
        select
            lead_number,
            closed_at,
            unnest(
                range(1 + floor((getvariable('last_day') - closed_at::date) / 13)::int)
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
where occurred_at < getvariable('end_at')
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
        having min(mql_at) < coalesce(min(sql_at), getvariable('end_at'))
        union all
        select lead_number, 'SQL', sql_at
        from moments
        union all
        select lead_number, 'MQL', back_at
        from moments
        where
            sql_at < back_at
            and back_at < coalesce(next_at, getvariable('end_at'))
            and back_draw < 0.6
    ),

    entered as (
        select candidates.*
        from candidates
        left join outcomes using (lead_number)
        where entered_at < coalesce(closed_at, getvariable('end_at'))
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
            lead(entered_at, 1, getvariable('end_at')) over (
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
                                (getvariable('last_day') - occurred_at::date) / half_life_days
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
