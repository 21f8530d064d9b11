-- What is measured of a build's leads and of a world's alike.
-- one row per measure: its value, and how many things it is taken from
create or replace temp table moments as
with

    dated as (
        select
            *,
            getvariable('last_day') - lead_on as age_days,
            customer_on - lead_on as days_to_customer
        from fit_leads
        where lead_on is not null
    ),

    open_leads as (
        -- not the customers since nobody knows when
        select lead_id, customer_on, coalesce(closed_on, 'infinity'::date) as closed_on
        from dated
        where not is_won or customer_on is not null
    ),

    signals as (
        -- what leads do by themselves until they are won or lost
        select lead_id, customer_on, points, needs_answer, occurred_on
        from fit_activities
        join open_leads using (lead_id)
        where is_signal and occurred_on < closed_on
    ),

    asked as (
        select lead_id, occurred_on
        from signals
        where
            needs_answer
            and getvariable('last_day') - occurred_on >= getvariable('answer_days')
    ),

    touches as (
        select distinct lead_id, occurred_on as touched_on
        from fit_activities
        where is_touch
    ),

    answered as (
        select touched_on - occurred_on <= getvariable('answer_days') as is_answered
        from asked
        asof left join
            touches
            on asked.lead_id = touches.lead_id and asked.occurred_on <= touches.touched_on
    ),

    last_signals as (
        select customer_on - max(occurred_on) as days_to_win
        from signals
        where customer_on is not null
        group by lead_id, customer_on
    ),

    followed as (
        select
            horizon_days,
            avg((coalesce(days_to_customer, 'infinity'::double) <= horizon_days)::int)
                as won_share,
            count(*) as lead_count
        from dated
        cross join (values (90), (365)) as horizons(horizon_days)
        where age_days >= horizon_days
        group by horizon_days
    ),

    waits as (
        select 'days_to_customer' as measure, days_to_customer as days
        from dated
        where days_to_customer is not null
        union all
        select 'signal_to_win_days', days_to_win
        from last_signals
    ),

    medians as (
        -- the median of whole days, as if those of one day were spread over it
        select
            measure,
            middle
            - 0.5
            + (0.5 * count(*) - count(*) filter (where days < middle))
            / count(*) filter (where days = middle) as value,
            count(*) as counted
        from waits
        join
            (
                select measure, quantile_disc(days, 0.5) as middle
                from waits
                group by measure
            ) as middles using (measure)
        group by measure, middle
    ),

    wins as (
        select
            count(*) as lead_count,
            count(*) filter (where is_won) as win_count,
            count(customer_on) as dated_count
        from dated
    )

select 'leads_per_day' as measure, count(*) / (max(age_days) + 1) as value, count(*) as counted
from dated
union all
select 'mean_age_days', avg(age_days), count(*)
from dated
union all
select 'days', max(age_days) + 1, count(*)
from dated
union all
select 'source_share', avg((source <> 'Other')::int), count(*) filter (source <> 'Other')
from fit_leads
union all
select concat('source_share.', source), count(*) / sum(count(*)) over (), count(*)
from fit_leads
group by source
union all
select
    'company_size_share',
    avg((company_size <> 'Unknown')::int),
    count(*) filter (company_size <> 'Unknown')
from fit_leads
union all
select
    concat('company_size_share.', company_size),
    count(*) / sum(count(*)) over (),
    count(*)
from fit_leads
group by company_size
union all
select
    'points_per_lead', sum(points) / (select count(*) from open_leads), count(*)
from signals
union all
select 'signals_per_lead', count(*) / (select count(*) from open_leads), count(*)
from signals
union all
-- where no answer is on record, nobody knows whether there was one
select
    'answered_share',
    avg(coalesce(is_answered, false)::int),
    count(*) filter (is_answered)
from answered
union all
from medians
union all
select 'won_share', win_count / lead_count, win_count
from wins
union all
-- wins without a day would be taken for none
select
    concat('won_within_', horizon_days, '_days'),
    if(dated_count >= 0.8 * win_count, won_share, null),
    followed.lead_count
from followed
cross join wins
;
