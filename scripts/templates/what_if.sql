-- What a candidate would change against the last build, one temporary relation a part
-- of the report. Neither the terminal nor the page grows with the number of leads.
create temp table moved_leads as
select * from what_if.what_if_moves
;

create temp table page_matrix as
select * from what_if.what_if_matrix
order by decision, outcome_before, outcome_after
;

create temp view page_summary as
select
    (select as_of_date from what_if.decision_context) as as_of_date,
    (
        select cast(coalesce(sum(lead_count), 0) as bigint)
        from page_matrix
        where decision = 'stage'
    ) as lead_count,
    count(*) as moved_count,
    count_if(is_stage_moved) as stage_moved_count,
    count_if(is_health_moved) as health_moved_count,
    count_if(is_track_moved) as track_moved_count
from moved_leads
;

-- in the order of the funnel, and who left it after those in it
create temp view page_outcomes as
with

    listed as (

        select
            'stage' as decision,
            stage as outcome,
            case when stage_order = 0 then 99 else stage_order end as place
        from what_if.lifecycle_stages
        union all
        select decision, outcome, min(rule_order) as place
        from what_if.decision_rules
        where decision != 'stage'
        group by decision, outcome

    ),

    found as (

        select decision, outcome_before as outcome
        from page_matrix
        union
        select decision, outcome_after as outcome
        from page_matrix

    )

select found.decision, found.outcome
from found
left join
    listed on found.decision = listed.decision and found.outcome = listed.outcome
order by found.decision, coalesce(listed.place, 100), found.outcome
;

create temp view page_funnel as
select * from what_if.what_if_funnel order by stage_order
;

create temp view workload as
select * from what_if.what_if_workload
;

create temp view page_teams as
select
    workload.owner_team,
    cast(sum(lead_count_before) as bigint) as lead_count_before,
    cast(sum(lead_count_after) as bigint) as lead_count_after
from workload
left join
    (
        select owner_team, max(stage_order) as place
        from what_if.lifecycle_stages
        group by owner_team
    ) as teams
    on workload.owner_team = teams.owner_team
group by workload.owner_team
order by max(teams.place), workload.owner_team
;

create temp view page_owners as
select
    owner_team,
    owner,
    lead_count_before,
    lead_count_after,
    count_if(lead_count_before != lead_count_after) over () as changed_count
from workload
order by
    abs(lead_count_after - lead_count_before) desc,
    lead_count_after desc,
    owner_team,
    owner
limit 12
;

create temp view page_moves as
select * from moved_leads
order by is_stage_moved desc, lead_id
limit 1000
;

-- decision_context is left out of the views: what is new in it are the thresholds
create temp view page_changes as
with

    rows_of_seeds as (
        select
            'before' as side,
            concat('ledger entry ', override_id) as changed,
            concat_ws(' ', target, field, new_value, expires_on) as content
        from main.logic_overrides
        union all
        select
            'after' as side,
            concat('ledger entry ', override_id) as changed,
            concat_ws(' ', target, field, new_value, expires_on) as content
        from what_if.logic_overrides
        union all
        select
            'before' as side,
            concat('words of ', rule_id) as changed,
            concat_ws('; ', outcome, reason, next_step) as content
        from main.decision_rules
        union all
        select
            'after' as side,
            concat('words of ', rule_id) as changed,
            concat_ws('; ', outcome, reason, next_step) as content
        from what_if.decision_rules

    ),

    views as (

        select
            view_name,
            schema_name,
            replace(substr(sql, strpos(sql, ' AS ')), 'what_if.', 'main.') as content
        from duckdb_views()
        where
            database_name = current_database()
            and schema_name in ('main', 'what_if')
            and view_name != 'decision_context'

    )

select
    1 as place,
    threshold as changed,
    cast(value_before as varchar) as content_before,
    cast(value_after as varchar) as content_after
from what_if.what_if_thresholds
where is_changed
union all
select
    2 as place,
    changed,
    max(content) filter (where side = 'before') as content_before,
    max(content) filter (where side = 'after') as content_after
from rows_of_seeds
group by changed
having content_before is distinct from content_after
union all
select
    3 as place,
    last_views.view_name as changed,
    'as last built' as content_before,
    'edited' as content_after
from views as last_views
inner join views on last_views.view_name = views.view_name
where
    last_views.schema_name = 'main'
    and views.schema_name = 'what_if'
    and last_views.content != views.content
order by place, changed
;
