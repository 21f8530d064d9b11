-- A world as its CRM has it at the end of the day seen_on; what comes after
-- is kept back.
create view changes as
select lead_id, stage, entered_at, left(entered_at, 10)::date as entered_on
from read_parquet(getvariable('all_stage_changes'))
;

-- one row per stage that a lead was given by then
create view stage_changes as
select lead_id, stage, entered_at
from changes
where entered_on <= getvariable('seen_on')::date
;

-- one row per activity until then
create view activities as
from read_parquet(getvariable('all_activities'))
where left(occurred_at, 10)::date <= getvariable('seen_on')::date
;

-- one row per lead that had come by then; what it came to later is not in its row, and
-- intent and engagement are what its activities add up to
create view leads as
with

    standing as (

        select lead_id, arg_max(stage, entered_at) as funnel_stage
        from stage_changes
        group by lead_id

    )

select
    leads.lead_id,
    leads.created_at,
    standing.funnel_stage,
    leads.company_size,
    leads.source,
    leads.sales_owner
from read_parquet(getvariable('all_leads')) as leads
inner join standing using (lead_id)
where leads.created_at <= getvariable('seen_on')::date
;

-- one row per lead that was won afterwards
create view later_wins as
select distinct lead_id
from changes
where stage = 'Customer' and entered_on > getvariable('seen_on')::date
;

-- one row per lead of the world and stage after the first: the days after which it got
-- there, null where it has not, and the days that it has been a lead for
create view lives as
with

    stages as (

        select * from (values ('MQL', 1), ('SQL', 2), ('Customer', 3)) as stages(stage, nth)

    ),

    reached as (

        select changes.lead_id, stages.nth, changes.entered_on
        from changes
        inner join stages using (stage)

    )

select
    leads.lead_id,
    leads.source,
    stages.stage,
    date_diff('day', leads.created_at, getvariable('last_day')::date) as followed_days,
    min(date_diff('day', leads.created_at, reached.entered_on)) as days
from read_parquet(getvariable('all_leads')) as leads
cross join stages
-- who was seen beyond a stage had reached it by then
left join reached on leads.lead_id = reached.lead_id and reached.nth >= stages.nth
group by leads.lead_id, leads.created_at, leads.source, stages.stage
;
