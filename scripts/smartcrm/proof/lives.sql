-- one row per lead of a world and stage after the first: the days after which it got
-- there, null where it has not, and the days that it has been a lead for
create table lives as
with

    stages as (

        select * from (values ('MQL', 1), ('SQL', 2), ('Customer', 3)) as stages(stage, nth)

    ),

    changes as (

        select changes.lead_id, stages.nth, left(changes.entered_at, 10)::date as day
        from read_parquet(getvariable('stage_changes')) as changes
        inner join stages using (stage)

    )

select
    leads.source,
    stages.stage,
    date_diff('day', leads.created_at, getvariable('last_day')::date) as followed_days,
    min(date_diff('day', leads.created_at, changes.day)) as days
from read_parquet(getvariable('leads')) as leads
cross join stages
-- who was seen beyond a stage had reached it by then
left join changes on leads.lead_id = changes.lead_id and changes.nth >= stages.nth
group by leads.lead_id, leads.created_at, leads.source, stages.stage
