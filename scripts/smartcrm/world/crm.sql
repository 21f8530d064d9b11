-- What a CRM would hold of it: activities, stages, and the nine columns of a lead.
-- one row per call or mail by which sales comes back to an SQL, most weeks, until
-- it stands elsewhere
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

-- one row per thing that a lead or we did; what was done twice in a second is one
create or replace view done as
select lead_number, activity_type, occurred_at
from happened
union
select lead_number, activity_type, occurred_at
from cadence
;

create or replace view activities as
select
    lead_id_of(lead_number) as lead_id,
    strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') as occurred_at,
    activity_type,
    channel_of(activity_type, channel, message_channel) as channel
from done
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
