-- What the field documents say about the rules, one temporary relation for each part.
create temp view part_rules as
with

    decided as (

        unpivot leads
        on
            (stage_rule, stage_reason) as stage,
            (health_rule, health_reason) as health,
            (track_rule, track_reason) as track,
            (work_rule, work_reason) as work
        into name decision value rule_id, why

    ),

    held as (

        select
            decision,
            rule_id,
            count(*) as lead_count,
            min(lead_id) as example_lead_id,
            arg_min(why, lead_id) as example_reason
        from decided
        group by decision, rule_id

    ),

    decisions as (

        select decision, min(rowid) as first_row from decision_rules group by decision

    )

select
    decision_rules.decision,
    decision_rules_in_force.rule_order,
    decision_rules.rule_id,
    decision_rules.outcome,
    decision_rules.reason,
    decision_rules.purpose,
    decision_rules_in_force.next_step,
    lifecycle_stages.meaning,
    coalesce(held.lead_count, 0) as lead_count,
    held.example_lead_id,
    held.example_reason
from decision_rules
inner join decisions on decision_rules.decision = decisions.decision
left join
    decision_rules_in_force on decision_rules.rule_id = decision_rules_in_force.rule_id
left join
    held
    on decision_rules.decision = held.decision
    and decision_rules.rule_id = held.rule_id
left join
    lifecycle_stages
    on decision_rules.decision = 'stage'
    and decision_rules.outcome = lifecycle_stages.stage
order by decisions.first_row, decision_rules_in_force.rule_order
;

create temp view part_stages as
select
    lifecycle_stages.stage,
    lifecycle_stages.owner_team,
    lifecycle_stages.next_stage,
    next_stages.owner_team as next_owner_team,
    lifecycle_stages.meaning
from lifecycle_stages
left join
    lifecycle_stages as next_stages on lifecycle_stages.next_stage = next_stages.stage
order by lifecycle_stages.stage_order
;

{% include "thresholds.sql" %}

-- what the stages allow, in the order of the funnel, and who left it after those in it
create temp view part_allowed as
with

    placed as (

        select *, case when stage_order = 0 then 99 else stage_order end as place
        from lifecycle_stages

    ),

    listed as (

        select 'stage' as field, stage as value, place
        from placed
        union all
        select 'owner_team' as field, owner_team as value, place
        from placed
        union all
        select 'next_stage' as field, next_stage as value, place
        from placed
        where next_stage is not null

    )

select field, value
from listed
group by field, value
order by field, min(place)
;

create temp view part_activity_types as
select
    activity_types.activity_type,
    case
        activity_types.actor
        when 'lead'
        then 'the lead'
        when 'both'
        then 'both'
        else 'us'
    end as actor,
    coalesce(points.value, 0) as points,
    half_lives.value as half_life_days,
    activity_types.needs_answer,
    activity_types.meaning
from activity_types
left join
    thresholds_in_force as points
    on concat('points.', activity_types.activity_type) = points.threshold
left join
    thresholds_in_force as half_lives
    on concat('half_life_days.', activity_types.activity_type) = half_lives.threshold
order by activity_types.rowid
;

create temp view part_service_levels as
select
    service_levels.stage,
    in_force.answer_within_days,
    in_force.touch_every_days,
    service_levels.reason
from service_levels
inner join service_levels_in_force as in_force on service_levels.stage = in_force.stage
order by service_levels.rowid
;
