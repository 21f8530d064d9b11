-- one row per lead that needs someone: which team, by which rule, since when, and how
-- urgent it is; team_worklist adds the words
with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    service_levels as (select * from {{ ref("service_levels") }}),

    lead_stage_spells as (select * from {{ ref("lead_stage_spells") }}),

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
            leads.engagement_health,
            leads.health_rule,
            leads.nurture_track,
            leads.track_rule,
            leads.effective_track,
            leads.owner_team,
            leads.effective_owner,
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

    measured as (

        select
            *,
            -- an override may be logged after the day that leads are judged on
            case
                when waiting_since is not null
                then greatest({{ days_between("waiting_since", "as_of_date") }}, 0)
            end as days_waiting
        from decided
        where work_rule is not null

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
    effective_stage,
    work_rule,
    handed_over_from,
    cast(list_position as {{ dbt.type_bigint() }}) as list_position,
    intent_points + waiting_points + handoff_points as priority,
    intent_points,
    waiting_points,
    handoff_points,
    cast(days_waiting as {{ dbt.type_bigint() }}) as days_waiting,
    service_level_days,
    -- a person took the lead back, whatever the CRM says
    nurture_track = 'Reactivation' and has_been_lost as is_taken_back,
    coalesce(days_waiting > service_level_days, false) as is_breached,
    waiting_since,
    {{ days_later("waiting_since", "service_level_days") }} as due_on
from ranked
