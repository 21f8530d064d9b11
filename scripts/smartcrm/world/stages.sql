-- The stages that a CRM of habit gives: they lag behind what a lead does.
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
        -- who buys elsewhere does not say so
        where fate <> 'elsewhere'
    )

select *
from entered
qualify
    stage is distinct from lag(stage) over (
        partition by lead_number order by entered_at, stage
    )
;
