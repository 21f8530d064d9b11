-- Which leads a candidate moves, one temporary relation per part of the report, which
-- does not grow with the number of leads.
create temp table moved_leads as
select * from what_if.what_if_moves
;

create temp table part_matrix as
select * from what_if.what_if_matrix
order by decision, outcome_before, outcome_after
;

create temp view part_summary as
select
    (select as_of_date from what_if.decision_context) as as_of_date,
    (select leads_from from current_build) as leads_from,
    (
        select cast(coalesce(sum(lead_count), 0) as bigint)
        from part_matrix
        where decision = 'stage'
    ) as lead_count,
    count(*) as moved_count,
    count(*) filter (where is_stage_moved) as stage_moved_count,
    count(*) filter (where is_health_moved) as health_moved_count,
    count(*) filter (where is_track_moved) as track_moved_count,
    count(*) filter (where is_work_moved) as work_moved_count
from moved_leads
;

-- what else changes for leads that do not move
create temp view part_kept as
select
    count(*) filter (where is_owner_moved) as owner_count,
    count(*) filter (where is_due_moved) as due_count,
    count(*) filter (where is_priority_moved) as priority_count
from what_if.what_if_leads
where not is_moved
;

-- in the order of the funnel, and who left it after those in it
create temp view part_outcomes as
with

    listed as (

        select
            'stage' as decision,
            stage as outcome,
            case when stage_order = 0 then 99 else stage_order end as place
        from what_if.lifecycle_stages
        union all
        select decision, outcome, min(rule_order) as place
        from what_if.decision_rules_in_force
        where decision != 'stage'
        group by decision, outcome

    ),

    found as (

        select decision, outcome_before as outcome
        from part_matrix
        union
        select decision, outcome_after as outcome
        from part_matrix

    )

select found.decision, found.outcome
from found
left join
    listed on found.decision = listed.decision and found.outcome = listed.outcome
order by found.decision, coalesce(listed.place, 100), found.outcome
;

create temp view part_moves as
select * from moved_leads
order by is_stage_moved desc, lead_id
limit 1000
;
