-- What `make` says at its end, one temporary relation for each part
create temp view part_leads as
select
    kept.*,
    (select count(*) from rejected_leads) as rejected_count,
    current_build.*,
    known_count > 0
    and new_count + changed_count + left_count + returned_count > 0 as is_any_changed,
    moved.*,
    listed.*
from current_build
cross join
    (
        select
            count(*) as kept_count,
            count(*) filter (where is_overridden) as overridden_count
        from leads
    ) as kept
cross join
    (
        select
            count(*) as moved_count,
            count(*) filter (where not is_backward) as onward_count,
            count(*) filter (where is_backward) as backward_count
        from reclassified_leads
    ) as moved
cross join
    (
        select count(*) as work_count, count(*) filter (where is_late) as late_count
        from team_worklist
    ) as listed
;

-- none where no activities and no stage changes are read
create temp view part_records as
select
    replace(source_files.input, '_', ' ') as input,
    sum(source_files.row_count) as read_count,
    max(rejected.row_count) as rejected_count
from source_files
left join
    (
        select 'activities' as input, count(*) as row_count
        from rejected_activities
        union all
        select 'stage_changes' as input, count(*) as row_count
        from rejected_stage_changes
    ) as rejected
    on source_files.input = rejected.input
where source_files.input in ('activities', 'stage_changes')
group by source_files.input
order by source_files.input
;

create temp view part_stages as
select lifecycle_stages.stage, count(leads.lead_id) as lead_count
from lifecycle_stages
left join leads on lifecycle_stages.stage = leads.effective_stage
group by lifecycle_stages.stage, lifecycle_stages.stage_order
order by lifecycle_stages.stage_order = 0, lifecycle_stages.stage_order
;

{% include "pace.sql" %}

create temp view part_notices as
select notice from input_notices order by notice_order
;

create temp view part_health as
select
    case
        leads.engagement_health when 'Not known' then 'not known' else leads.engagement_health
    end as engagement_health,
    count(*) as lead_count
from leads
inner join decision_rules_in_force on leads.health_rule = decision_rules_in_force.rule_id
group by 1
order by min(decision_rules_in_force.rule_order)
;

create temp view part_teams as
select list_name as owner_team, lead_count, late_count
from worklist_counts
where list_kind = 'team' and lead_count > 0
order by lead_count desc, owner_team
;

create temp view part_thresholds as
select threshold, value, seed_value
from thresholds_in_force
where value != seed_value
order by threshold
;
