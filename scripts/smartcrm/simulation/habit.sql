-- What stages.sql reads to give the leads of the policy crm the stage that a CRM of
-- habit would; a lead of a universe is a lead of its own.
create schema habit
;

create view habit.people as
select
    lead_id::bigint as lead_number,
    created_on::timestamp as created_at
from standing
join arms using (arm)
where
    policy = 'crm'
    and standing.is_open
    and created_on <= (select as_of_date from crm.as_of)
;

create view habit.waves as
select
    standing.lead_id::bigint as lead_number,
    waves.wave,
    waves.lag_draw,
    waves.sql_draw,
    waves.back_draw,
    waves.peak_at
from main.waves
join standing using (world, lead_number)
join arms using (arm)
where policy = 'crm' and standing.is_open
;

create view habit.happened as
select
    lead_id::bigint as lead_number,
    wave,
    points,
    is_engagement,
    is_touch,
    occurred_at
from activities
join universes using (universe)
join arms using (arm)
join types using (activity_type)
where
    policy = 'crm' and occurred_at < (select as_of_date + to_days(1) from crm.as_of)
;

-- who is won or lost is not among the open leads
create view habit.outcomes as
select null::bigint as lead_number, null::varchar as fate, null::timestamp as closed_at
where false
;

create table habit.stages (
    lead_number bigint, stage varchar, entered_at timestamp
)
;

create view habit.decided as
select lead_number::varchar as lead_id, arg_max(stage, entered_at) as simulated_stage
from habit.stages
group by lead_number
;
