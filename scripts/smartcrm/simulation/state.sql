-- What the simulation keeps: worlds that are the same whatever we do, and for each arm
-- (a policy and its hands) in each world how its leads stand.
-- one row per lead of a world
create table people (
    world int,
    lead_number int,
    created_on date,
    source varchar,
    company_size varchar,
    channel varchar,
    fit double
)
;

-- one row per wave of a lead's interest
create table waves (
    world int,
    lead_number int,
    wave int,
    strength double,
    meant_points double,
    first_at timestamp,
    last_at timestamp,
    peak_at timestamp,
    win_draw double,
    loss_draw double,
    decision_time interval,
    lag_draw double,
    sql_draw double,
    back_draw double
)
;

-- one row per thing that a lead would do by itself until it decides
create table signals (
    world int,
    lead_number int,
    wave int,
    nth int,
    activity_type kind,
    needs_answer boolean,
    points int,
    strength double,
    luck double,
    later_luck double,
    occurred_at timestamp
)
;

-- one row per arm: a policy with its hands. Of the schema rules is what decides for it,
-- if anything does; people work for the team that calls SQLs; an arm that is not
-- compared is there to see what other hands and thresholds would come to
create table arms (
    arm int,
    policy varchar,
    rules varchar,
    people double,
    sql_min_intent int,
    is_compared boolean
)
;

-- one row per arm and team
create table hands (arm int, team varchar, hands double)
;

-- one row per arm in a world
create table universes (universe int, arm int, world int)
;

-- one row per lead of a universe: what its CRM knows, and what nobody knows
create table standing (
    universe int,
    arm int,
    world int,
    lead_number int,
    lead_id varchar,
    created_on date,
    stage varchar,
    is_open boolean,
    touch_count int,
    untimely_count int,
    decided_wave int,
    fate varchar,
    is_silent boolean,
    signalled_at timestamp,
    asked_at timestamp,
    first_touched_at timestamp,
    touched_at timestamp,
    gone_at timestamp,
    closed_on date
)
;

-- one row per touch of ours
create table contacts (
    universe int,
    lead_number int,
    wave int,
    answers int,
    quick_answers int,
    is_talk boolean,
    is_untimely boolean,
    touched_at timestamp
)
;

-- one row per wave of a lead in which we touched it in time
create view courted as
select
    universe,
    lead_number,
    wave,
    sum(answers) as answers,
    sum(quick_answers) as quick_answers,
    count(*) filter (is_talk) as talks,
    max(touched_at) filter (answers > 0) as answered_at
from contacts
where wave is not null
group by universe, lead_number, wave
;

-- one row per thing that an open lead did or we did, in the arms that decide by it
create table activities (
    universe int,
    lead_number int,
    lead_id varchar,
    wave int,
    activity_type kind,
    occurred_at timestamp
)
;

-- one row per stage that a lead came to
create table moves (
    universe int,
    lead_number int,
    lead_id varchar,
    day date,
    from_stage varchar,
    stage varchar
)
;

-- one row per lead that a team has on its list of the next day
create table lists (universe int, lead_number int, team varchar, place bigint)
;

-- one row per day that is over
create table days (day date)
;

-- one row per universe, team and night before a working day
create table list_days (universe int, day date, team varchar, listed bigint)
;

-- what the arms' CRMs know on a day, as the staging models would have it
create schema crm
;

create table crm.as_of as
select date '1970-01-01' as as_of_date
;

create view crm.stg_leads as
select
    arms.rules,
    standing.lead_id,
    standing.created_on as created_at,
    standing.stage as funnel_stage,
    people.source,
    people.company_size,
    people.channel as engagement_channel
from standing
join arms using (arm)
join people using (world, lead_number)
where
    standing.is_open
    and standing.created_on <= (select as_of_date from crm.as_of)
    and arms.policy not in ('intent')
;

create view crm.stg_activities as
select
    arms.rules,
    activities.lead_id,
    activities.activity_type::varchar as activity_type,
    1::bigint as row_count,
    true as has_time_of_day,
    activities.occurred_at
from activities
join universes using (universe)
join arms using (arm)
where activities.occurred_at < (select as_of_date from crm.as_of) + to_days(1)
;

create view crm.stg_stage_changes as
select
    arms.rules,
    moves.lead_id,
    moves.stage,
    1::bigint as row_count,
    true as has_time_of_day,
    moves.day + to_hours(6) as entered_at
from moves
join universes using (universe)
join arms using (arm)
where moves.day <= (select as_of_date from crm.as_of)
;

create view crm.moved_lead_spells as
select null::varchar as lead_id
where false
;

create view crm.current_build as
select null::varchar as lead_id
where false
;
