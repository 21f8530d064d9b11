-- one row per lead that needs someone: which team, what to do, why, since when, and how
-- urgent it is
-- with columns of a user's own dbt knows only at run time what there is
{{ config(contract={"enforced": not extra_columns()}) }}

with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    service_levels as (select * from {{ ref("service_levels") }}),

    lead_stage_spells as (select * from {{ ref("lead_stage_spells") }}),

    decision_rules as (select * from {{ ref("decision_rules_in_force") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    -- the first spell we know of says when the history began, not when the lead came
    moves_seen as (

        select lead_id, stage, previous_stage, days_in_stage, entered_on
        from lead_stage_spells
        where is_current and spell_number > 1

    ),

    gathered as (

        select
            leads.lead_id,
            leads.funnel_stage,
            leads.simulated_stage,
            leads.stage_rule,
            leads.effective_stage,
            leads.effective_stage_reason,
            leads.engagement_health,
            leads.health_rule,
            leads.health_reason,
            leads.nurture_track,
            leads.track_rule,
            leads.effective_track,
            leads.effective_track_reason,
            leads.owner_team,
            leads.effective_owner,
            leads.pain_point_summary,
            leads.record_url,
            leads.intent_score,
            leads.created_at,
            leads.last_engaged,
            leads.as_of_date,
            greatest(
                lead_overrides.stage_overridden_at,
                lead_overrides.track_overridden_at,
                lead_overrides.owner_overridden_at
            ) as overridden_at,
            moves_seen.entered_on,
            service_levels.service_level_days,
            -- a recent move that the history saw beats the CRM's label
            case
                when moves_seen.days_in_stage <= service_levels.service_level_days
                then moves_seen.previous_stage
                else leads.funnel_stage
            end as came_from_stage
        from leads
        left join service_levels on leads.effective_stage = service_levels.stage
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id
        -- a replay of an earlier day may stand elsewhere than the history does
        left join
            moves_seen
            on leads.lead_id = moves_seen.lead_id
            and leads.effective_stage = moves_seen.stage
            and leads.as_of_date >= moves_seen.entered_on

    ),

    placed as (

        select
            gathered.*,
            case
                when came_from.owner_team != gathered.owner_team
                then came_from.owner_team
            end as handed_over_from,
            -- where a person chose the stage, the lead's own rule is not for that stage
            case
                when effective_stage = simulated_stage
                then stage_rule
                when standing.outcome = 'won'
                then 'customer_on_record'
                when effective_stage = 'SQL'
                then 'sales_ready'
                when intent_score is null
                then 'not_scored'
                when effective_stage = 'MQL'
                then 'marketing_qualified'
                else 'not_yet_qualified'
            end as effective_stage_rule,
            standing.outcome,
            coalesce(by_the_rules.outcome = 'lost', false) as has_been_lost,
            -- of those that are known
            greatest(
                last_engaged, created_at, entered_on, cast(overridden_at as date)
            ) as waiting_since
        from gathered
        left join
            lifecycle_stages as came_from on gathered.came_from_stage = came_from.stage
        left join
            lifecycle_stages as standing on gathered.effective_stage = standing.stage
        left join
            lifecycle_stages as by_the_rules
            on gathered.simulated_stage = by_the_rules.stage

    ),

    decided as (

        select
            *,
            -- order is precedence: the first true line wins; without a rule nobody has
            -- to act, for nurture runs by itself
            case
                when outcome = 'lost'
                then null
                when outcome = 'won' and engagement_health != 'Active'
                then health_rule
                when outcome = 'won' and handed_over_from is null
                then null
                when outcome = 'won' or effective_stage = 'SQL' or intent_score is null
                then effective_stage_rule
                when effective_track = 'Reactivation' and nurture_track = 'Reactivation'
                then track_rule
                when effective_track = 'Reactivation'
                then 'win_back'
                when handed_over_from is not null
                then effective_stage_rule
                else null
            end as work_rule
        from placed

    ),

    explained as (

        select
            decided.*,
            decision_rules.next_step as what_to_do,
            case
                decision_rules.decision
                when 'stage'
                then effective_stage_reason
                when 'health'
                then health_reason
                when 'track'
                then
                    case
                        -- a person took the lead back, whatever the CRM says
                        when nurture_track = 'Reactivation' and has_been_lost
                        then effective_stage_reason
                        else effective_track_reason
                    end
            end as why
        from decided
        left join decision_rules on decided.work_rule = decision_rules.rule_id
        where work_rule is not null

    ),

    measured as (

        select
            *,
            -- an override may be logged after the day that leads are judged on
            case
                when waiting_since is not null
                then greatest({{ days_between("waiting_since", "as_of_date") }}, 0)
            end as days_waiting
        from explained

    ),

    scored as (

        select
            *,
            coalesce(intent_score, 0) as intent_points,
            coalesce(
                cast(
                    case
                        when days_waiting > service_level_days
                        then 100
                        else
                            {{
                                rounded(
                                    "100 * "
                                    ~ ratio("days_waiting", "service_level_days")
                                )
                            }}
                    end as {{ dbt.type_int() }}
                ),
                0
            ) as waiting_points,
            case when handed_over_from is not null then 25 else 0 end as handoff_points
        from measured

    ),

    ranked as (

        select
            *,
            intent_points + waiting_points + handoff_points as priority,
            row_number() over (
                partition by owner_team
                order by
                    intent_points + waiting_points + handoff_points desc,
                    waiting_since nulls last,
                    lead_id
            ) as list_position
        from scored

    )

select
    ranked.lead_id,
    ranked.owner_team,
    ranked.effective_owner as sales_owner,
    ranked.effective_stage,
    ranked.engagement_health,
    ranked.effective_track,
    ranked.work_rule,
    ranked.what_to_do,
    ranked.why,
    {{ extra_columns_named("leads") }}
    ranked.pain_point_summary,
    ranked.record_url,
    ranked.handed_over_from,
    cast(ranked.list_position as {{ dbt.type_bigint() }}) as list_position,
    ranked.priority,
    ranked.intent_points,
    ranked.waiting_points,
    ranked.handoff_points,
    cast(ranked.days_waiting as {{ dbt.type_bigint() }}) as days_waiting,
    ranked.service_level_days,
    ranked.handed_over_from is not null as is_handoff,
    coalesce(ranked.days_waiting > ranked.service_level_days, false) as is_breached,
    ranked.waiting_since,
    {{ days_later("ranked.waiting_since", "ranked.service_level_days") }} as due_on,
    ranked.as_of_date
from ranked
inner join leads on ranked.lead_id = leads.lead_id
