-- What the presentation shows, one temporary view a part of it.
create temp view part_context as
select * from decision_context
;

create temp view part_stages as
select * from lifecycle_stages where stage_order > 0 order by stage_order
;

create temp view part_funnel as
select * exclude (segment_type, segment)
from conversion_funnel
where segment_type = 'all'
order by stage_order
;

{% include "pace.sql" %}

-- the list on which the open leads are that are won most often
create temp view part_advice as
select
    rule_backtest.stage,
    lifecycle_stages.owner_team,
    rule_backtest.win_rate,
    rule_backtest.win_rate_low,
    rule_backtest.win_rate_high,
    rule_backtest.base_rate,
    rule_backtest.caught_share,
    rule_backtest.flagged_count,
    count(team_worklist.lead_id) as item_count,
    count(*) filter (where team_worklist.is_late) as late_count,
    (select count(*) from missed_wins) as missed_count
from rule_backtest
inner join lifecycle_stages on rule_backtest.stage = lifecycle_stages.stage
left join team_worklist on rule_backtest.stage = team_worklist.effective_stage
where rule_backtest.flagged_by = 'stage'
group by all
order by rule_backtest.win_rate desc
limit 1
;

-- who is first on that list
create temp view part_first as
select
    team_worklist.lead_id,
    team_worklist.sales_owner,
    team_worklist.what_to_do,
    team_worklist.why,
    team_worklist.due_on
from team_worklist
where team_worklist.effective_stage = (select stage from part_advice)
order by team_worklist.list_position
limit 3
;

create temp view part_rules as
with

    counted as (

        select
            stage_rule,
            count(*) as lead_count,
            max_by(stage_reason, (intent_score, lead_id)) as example_reason
        from leads
        group by stage_rule

    )

select
    rules.rule_id,
    rules.outcome,
    coalesce(counted.lead_count, 0) as lead_count,
    counted.example_reason
from decision_rules_in_force as rules
left join counted on rules.rule_id = counted.stage_rule
where rules.decision = 'stage'
order by rules.rule_order
;

{% include "healths.sql" %}

-- the first lead of each rule that intent decides about, and one that has no score
create temp view part_examples as
select
    tracks.lead_id,
    tracks.intent_score,
    tracks.funnel_stage,
    tracks.simulated_stage,
    tracks.stage_reason,
    tracks.next_stage_needs,
    tracks.engagement_health,
    part_healths.place as health_place,
    tracks.health_reason,
    tracks.nurture_track,
    tracks.track_reason,
    tracks.next_step
from leads_with_work as tracks
inner join
    decision_rules_in_force as rules
    on tracks.stage_rule = rules.rule_id
    and rules.decision = 'stage'
left join part_healths on tracks.engagement_health = part_healths.engagement_health
where
    rules.rule_id in (
        'not_scored',
        'sales_ready',
        'kept_by_sales',
        'marketing_qualified',
        'not_yet_qualified'
    )
qualify
    row_number() over (partition by tracks.stage_rule order by tracks.lead_id) = 1
order by rules.rule_order
;

create temp view part_health as
select
    segment_counts.engagement_health,
    part_healths.place as health_place,
    sum(segment_counts.lead_count) as lead_count,
    sum(segment_counts.lead_count) / sum(sum(segment_counts.lead_count)) over ()
    as share
from segment_counts
left join
    part_healths on segment_counts.engagement_health = part_healths.engagement_health
where segment_counts.segment_type = 'all'
group by segment_counts.engagement_health, part_healths.place
order by part_healths.place
;

create temp view part_moves as
select
    count(*) as moved_count,
    count(*) filter (where not is_backward) as moved_on_count,
    count(*) filter (where is_backward) as moved_back_count,
    count(*) / (select count(*) from leads) as share
from reclassified_leads
;

create temp view part_wins as
select
    time_to_stage.*,
    medians.median_days_within_horizon
from time_to_stage
inner join
    time_to_stage_medians as medians using (segment_type, segment, stage)
where
    segment_type = 'all'
    and stage = 'Customer'
    and days = (select max(horizon_days) from funnel_cohorts)
    and incidence is not null
;

create temp view part_opportunities as
select *
from strategy_opportunities
order by
    is_opportunity desc, is_lever desc, extra_customers desc, segment_type, segment, stage
limit 6
;

create temp view part_gaps as
select
    count(*) as gap_count,
    count(*) filter (where is_opportunity) as opportunity_count
from strategy_opportunities
;

{% include "overrides.sql" %}

create temp view part_worklists as
select
    service_levels.stage,
    lifecycle_stages.owner_team,
    service_levels.answer_within_days,
    service_levels.touch_every_days,
    count(team_worklist.lead_id) as item_count,
    count(*) filter (where team_worklist.work = 'Answer') as unanswered_count,
    count(*) filter (where team_worklist.is_late) as late_count,
    count(*) filter (where team_worklist.work = 'Take over') as handover_count
from service_levels_in_force as service_levels
inner join lifecycle_stages on service_levels.stage = lifecycle_stages.stage
left join team_worklist on service_levels.stage = team_worklist.effective_stage
group by all
having any_value(lifecycle_stages.stage_order) > 0 or count(team_worklist.lead_id) > 0
order by any_value(lifecycle_stages.stage_order)
;

create temp view part_updates as
select count(*) as update_count
from crm_updates
;

create temp view part_prompts as
select
    count(*) filter (where prompt_name = 'pain_summary') as pain_summary_count,
    count(*) filter (where prompt_name = 'reactivation_email') as reactivation_email_count
from lead_prompts
;

create temp view part_score as
select message
from model_quality
where measure = 'expected_wins'
;
