-- a rule without a row in the catalogue has no outcome and no reason; one scan of the
-- leads serves all decisions
with

    decided as (

        select distinct
            earned_rule,
            stage_rule,
            simulated_stage,
            health_rule,
            engagement_health,
            track_rule,
            nurture_track,
            work_rule,
            work
        from {{ ref("leads_with_work") }}

    ),

    outcomes as (

        select 'stage' as decision, earned_rule as rule_id, null as outcome
        from decided
        union
        select 'stage' as decision, stage_rule as rule_id, simulated_stage as outcome
        from decided
        union
        select
            'health' as decision, health_rule as rule_id, engagement_health as outcome
        from decided
        union
        select 'track' as decision, track_rule as rule_id, nurture_track as outcome
        from decided
        union
        select 'work' as decision, work_rule as rule_id, work as outcome
        from decided

    )

select outcomes.decision, outcomes.rule_id, outcomes.outcome
from outcomes
left join
    {{ ref("decision_rules") }} as decision_rules
    on outcomes.decision = decision_rules.decision
    and outcomes.rule_id = decision_rules.rule_id
where
    case
        -- said at once, since a count of failures would not say which
        when decision_rules.rule_id is null
        then
            {{
                stop_with(
                    "concat('seeds/decision_rules.csv has no row for ''', outcomes.rule_id, ''', a rule of ', outcomes.decision, ': add it, or correct its line in models/decisions')"
                )
            }}
        else
            outcomes.outcome != decision_rules.outcome
            or (outcomes.outcome is null and outcomes.decision != 'stage')
    end
