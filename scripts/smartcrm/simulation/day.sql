-- In the course of a day: what leads do by themselves, and who of them decides.
create or replace table happening as
select
    standing.universe,
    standing.arm,
    standing.lead_number,
    standing.lead_id,
    signals.wave,
    signals.activity_type,
    signals.needs_answer,
    signals.occurred_at
from signals
join standing using (world, lead_number)
where
    signals.occurred_at >= getvariable('day')
    and signals.occurred_at < getvariable('day') + to_days(1)
    and standing.is_open
    and standing.gone_at is null
    and signals.wave > standing.decided_wave
;

insert into activities
select universe, lead_number, lead_id, wave, activity_type, occurred_at
from happening
join arms using (arm)
where rules is not null
;

update standing
set
    signalled_at = done.signalled_at,
    asked_at = coalesce(done.asked_at, standing.asked_at)
from (
    select
        universe,
        lead_number,
        max(occurred_at) as signalled_at,
        max(occurred_at) filter (needs_answer) as asked_at
    from happening
    group by universe, lead_number
) as done
where standing.universe = done.universe and standing.lead_number = done.lead_number
;

-- one row per lead that decides today
create or replace table deciding as
with

    asked as (
        select
            standing.*,
            waves.wave,
            waves.meant_points,
            waves.win_draw,
            waves.loss_draw,
            coalesce(courted.answers, 0) as answers,
            coalesce(courted.quick_answers, 0) as quick_answers,
            coalesce(courted.talks, 0) as talks,
            greatest(waves.last_at, coalesce(courted.answered_at, waves.last_at))
            + waves.decision_time as decides_after
        from waves
        join standing using (world, lead_number)
        left join courted using (universe, lead_number, wave)
        where
            waves.last_at < getvariable('day') + to_days(1)
            and waves.last_at >= getvariable('day') - to_days(
                (parameter('decision_days_most') + parameter('timely_days'))::int + 7
            )
            and waves.wave > standing.decided_wave
            and standing.is_open
            and standing.gone_at is null
    )

select
    asked.universe,
    asked.lead_number,
    asked.lead_id,
    asked.stage,
    asked.wave,
    asked.answers = 0 as is_silent,
    in_office_hours(asked.decides_after) as decides_at,
    fate_of(
        meant_points,
        answers,
        win_odds_of(talks, quick_answers, untimely_count),
        people.fit,
        win_draw,
        loss_draw
    ) as fate
from asked
join people using (world, lead_number)
where decides_at < getvariable('day') + to_days(1)
qualify
    row_number() over (partition by universe, asked.lead_number order by asked.wave) = 1
;

update standing
set
    decided_wave = deciding.wave,
    fate = deciding.fate,
    is_silent = deciding.is_silent and deciding.fate = 'elsewhere',
    gone_at = if(deciding.fate = 'elsewhere', deciding.decides_at, null),
    is_open = coalesce(deciding.fate, 'elsewhere') = 'elsewhere',
    closed_on = if(deciding.fate is null, null, getvariable('day')),
    stage = case
        deciding.fate
        when 'won'
        then 'Customer'
        when 'lost'
        then 'Disqualified'
        else standing.stage
    end
from deciding
where
    standing.universe = deciding.universe
    and standing.lead_number = deciding.lead_number
;

insert into moves
select
    universe,
    lead_number,
    lead_id,
    getvariable('day'),
    stage,
    if(fate = 'won', 'Customer', 'Disqualified')
from deciding
where fate in ('won', 'lost')
;

-- what happened to those who left decides nothing any more
delete from activities
using standing
where
    activities.universe = standing.universe
    and activities.lead_number = standing.lead_number
    and standing.closed_on = getvariable('day')
    and not standing.is_open
;
