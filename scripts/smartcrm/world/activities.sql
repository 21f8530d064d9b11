-- What is done by habit with leads that are open, and with customers.
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
