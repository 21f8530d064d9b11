-- one row per lead that needs someone: which team, what to do, why, since when, and how
-- urgent it is
with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    service_levels as (select * from {{ ref("service_levels") }}),

    lead_stage_spells as (select * from {{ ref("lead_stage_spells") }}),

    decision_rules as (select * from {{ ref("decision_rules_in_force") }}),

    -- a person may have set stage and track for different reasons
    said_by_people as (

        select
            target as lead_id,
            max(
                case when field = 'stage' then concat(logged_by, ': ', reason) end
            ) as stage_said,
            max(
                case when field = 'track' then concat(logged_by, ': ', reason) end
            ) as track_said
        from {{ ref("stg_logic_overrides") }}
        where target_kind = 'lead' and is_in_force
        group by target

    ),

    -- the first spell we know of says when the history began, not when the lead came
    moves_seen as (

        select lead_id, stage, previous_stage, days_in_stage, entered_on
        from lead_stage_spells
        where is_current and spell_number > 1

    ),

    gathered as (

        select
            leads.*,
            said_by_people.stage_said,
            said_by_people.track_said,
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
        left join said_by_people on leads.lead_id = said_by_people.lead_id
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
                when effective_stage = 'Customer'
                then 'customer_on_record'
                when effective_stage = 'SQL'
                then 'sales_ready'
                when intent_score is null
                then 'not_scored'
                when effective_stage = 'MQL'
                then 'marketing_qualified'
                else 'not_yet_qualified'
            end as effective_stage_rule,
            case
                when effective_stage = simulated_stage then stage_reason else stage_said
            end as effective_stage_reason,
            -- of those that are known
            greatest(
                last_engaged, created_at, entered_on, cast(overridden_at as date)
            ) as waiting_since
        from gathered
        left join
            lifecycle_stages as came_from on gathered.came_from_stage = came_from.stage

    ),

    decided as (

        select
            *,
            -- order is precedence: the first true line wins; without a rule nobody has
            -- to act, for nurture runs by itself
            case
                when effective_stage = 'Disqualified'
                then null
                when effective_stage = 'Customer' and engagement_health != 'Active'
                then health_rule
                when effective_stage = 'Customer' and handed_over_from is null
                then null
                when effective_stage in ('Customer', 'SQL') or intent_score is null
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
                        when nurture_track != 'Reactivation'
                        then track_said
                        -- a person took the lead back, whatever the CRM says
                        when simulated_stage = 'Disqualified'
                        then stage_said
                        else track_reason
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
                then
                    greatest(
                        {{ dbt.datediff("waiting_since", "as_of_date", "day") }}, 0
                    )
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
                            round(
                                100 * {{ ratio("days_waiting", "service_level_days") }}
                            )
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
    lead_id,
    owner_team,
    effective_owner as sales_owner,
    effective_stage,
    engagement_health,
    effective_track,
    work_rule,
    what_to_do,
    why,
    pain_point_summary,
    handed_over_from,
    cast(list_position as {{ dbt.type_bigint() }}) as list_position,
    priority,
    intent_points,
    waiting_points,
    handoff_points,
    cast(days_waiting as {{ dbt.type_bigint() }}) as days_waiting,
    service_level_days,
    handed_over_from is not null as is_handoff,
    coalesce(days_waiting > service_level_days, false) as is_breached,
    waiting_since,
    cast(
        {{ dbt.dateadd("day", "service_level_days", "waiting_since") }} as date
    ) as due_on,
    as_of_date
from ranked
