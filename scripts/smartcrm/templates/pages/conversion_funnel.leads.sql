-- The leads that the page can open: those who need somebody first, by the priority of
-- the work lists. The page must not grow with the number of leads, hence the limit.
create temp table picked_leads as
select
    leads.lead_id,
    row_number() over (
        order by
            leads.is_late desc,
            lead_work.priority desc nulls last,
            leads.intent_score desc nulls last,
            leads.lead_id
    ) as place
from leads
left join lead_work on leads.lead_id = lead_work.lead_id
order by place
limit 4000
;

create temp view part_leads as
with

    segments as (

        select
            lead_id,
            map_from_entries(
                list((segment_type, segment) order by segment_type)
            ) as segments
        from lead_segments
        where lead_id in (select lead_id from picked_leads)
        group by lead_id

    ),

    held as (

        select lead_id, list(hold order by hold) as held_by
        from held_leads
        group by lead_id

    ),

    moves as (

        select
            lead_id,
            list(
                concat_ws(
                    ' ',
                    cast(date_trunc('week', entered_on) as date),
                    previous_stage,
                    stage
                )
                order by spell_number
            ) as moves
        from lead_stage_spells
        where previous_stage is not null
        group by lead_id

    )

select
    leads.lead_id,
    leads.record_url,
    leads.funnel_stage,
    leads.simulated_stage,
    leads.effective_stage,
    leads.stage_reason,
    leads.next_stage_needs,
    leads.leaves_stage_for,
    leads.engagement_health,
    leads.health_reason,
    leads.effective_track,
    leads.effective_track_reason,
    leads.work,
    leads.work_reason,
    leads.next_step,
    leads.owner_team,
    leads.effective_owner,
    lead_overrides.stage_overridden_by,
    lead_overrides.stage_override_reason,
    lead_overrides.stage_expires_on,
    leads.intent_score,
    lead_progress.furthest_stage,
    lead_progress.furthest_stage_order,
    lead_progress.has_left,
    lead_changes.change,
    worklist_rows.due_status,
    leads.is_late,
    leads.last_engaged,
    leads.last_touched,
    leads.due_on,
    leads.leaves_stage_on,
    lead_milestones.* exclude (lead_id),
    segments.segments,
    cast(date_trunc('month', lead_progress.lead_on) as date) as created_month,
    -- who was seen beyond a stage had reached it by then
    {
        'MQL': least(lead_progress.mql_on, lead_progress.sql_on, lead_progress.customer_on)
        - lead_progress.lead_on,
        'SQL': least(lead_progress.sql_on, lead_progress.customer_on)
        - lead_progress.lead_on,
        'Customer': lead_progress.customer_on - lead_progress.lead_on
    } as days_to_stage,
    moves.moves,
    held.held_by,
    win_within.win_probability,
    win_within.base_rate,
    win_within.reason_for_1,
    win_within.reason_for_2,
    win_within.reason_for_3,
    win_within.reason_against_1,
    win_within.reason_against_2,
    win_within.reason_against_3
from picked_leads
inner join leads on picked_leads.lead_id = leads.lead_id
inner join lead_progress on leads.lead_id = lead_progress.lead_id
inner join lead_milestones on leads.lead_id = lead_milestones.lead_id
inner join segments on leads.lead_id = segments.lead_id
left join
    worklist_rows
    on leads.lead_id = worklist_rows.lead_id
    and worklist_rows.list_kind = 'team'
left join held on leads.lead_id = held.lead_id
left join moves on leads.lead_id = moves.lead_id
left join lifecycle_stages on leads.effective_stage = lifecycle_stages.stage
left join
    win_within
    on leads.lead_id = win_within.lead_id
    -- of whom a person has called won or lost, none is asked
    and lifecycle_stages.outcome is null
left join lead_overrides on leads.lead_id = lead_overrides.lead_id
left join lead_changes on leads.lead_id = lead_changes.lead_id
order by picked_leads.place
;

-- what is late and due on the list of each team and owner, and of all teams together
create temp view part_work as
from
    (
        select *
        from worklist_counts
        union all by name
        select
            'all' as list_kind,
            'All teams' as list_name,
            sum(lead_count) as lead_count,
            sum(late_count) as late_count,
            sum(due_count) as due_count,
            sum(undated_count) as undated_count,
            sum(later_count) as later_count
        from worklist_counts
        where list_kind = 'team'
    )
order by list_kind != 'team', list_kind, late_count desc, due_count desc, list_name
;

-- rows that can't be trusted, by why, and the first of them whole
create temp view part_rejections as
select rejection_reasons, count(*) as row_count
from rejected_leads
group by rejection_reasons
order by row_count desc, rejection_reasons
;

create temp view part_rejected as
select * from rejected_leads order by all limit 200
;

-- what moved since the last build, and by week
create temp view part_build as
select as_of_date, leads_from, known_count, new_count, changed_count, left_count, returned_count
from current_build
;

create temp view part_moved as
select *
from weekly_stage_moves
order by week_starting_on desc, is_backward, lead_count desc, from_stage, to_stage
limit 40
;
