-- one row per lead, with the one next step that is due with it, why, since when
-- and until when
with

    -- a lead that the CRM has with sales may have an open deal, whatever its score is
    leads_with_overrides as (

        select
            *,
            funnel_stage = 'SQL'
            and effective_stage in ('Lead', 'MQL')
            and not is_placed_by_hand as is_with_sales
        from {{ ref("leads_with_overrides") }}

    ),

    decision_context as (select * from {{ ref("decision_context") }}),

    lead_handovers as (select * from {{ ref("lead_handovers") }}),

    stg_opt_outs as (select * from {{ ref("stg_opt_outs") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    service_levels as (select * from {{ ref("service_levels_in_force") }}),

    work_rules as (

        select * from {{ ref("decision_rules_in_force") }} where decision = 'work'

    ),

    touches as (

        select count(touched_at) > 0 as are_known from {{ ref("lead_signals") }}

    ),

    -- an export may cover the last months alone: of days before nobody knows
    logs as (

        select min(cast(occurred_at as date)) as known_from
        from {{ ref("stg_activities") }}

    ),

    -- where most leads lack a score, nobody is scored by hand
    scores as (

        select
            {{
                ratio(
                    "100 * count(coalesce(intent_score, activity_intent))", "count(*)"
                )
            }} as scored_percent
        from {{ ref("stg_leads") }} as stg_leads
        left join
            {{ ref("lead_signals") }} as lead_signals
            on stg_leads.lead_id = lead_signals.lead_id

    ),

    -- a move is taken over for a while; or until it is, where a build saw it and each
    -- touch since is known
    recent_handovers as (

        select lead_handovers.*
        from lead_handovers
        inner join service_levels on lead_handovers.stage = service_levels.stage
        cross join decision_context
        cross join touches
        cross join logs
        where
            (
                touches.are_known
                and lead_handovers.is_seen_by_build
                and lead_handovers.entered_on >= logs.known_from
            )
            or {{ days_between("lead_handovers.entered_on", "as_of_date") }} <= case
                when touches.are_known
                then greatest(touch_every_days, work_answer_max_days)
                else touch_every_days
            end

    ),

    -- without a move that was seen, a stage ahead of the CRM's own is a handover too
    placed as (

        select
            leads.*,
            service_levels.answer_within_days,
            service_levels.touch_every_days,
            decision_context.work_days_ahead,
            decision_context.scored_min_percent,
            scores.scored_percent,
            stg_opt_outs.opt_out,
            {{ days_between("leads.last_touched", "leads.as_of_date") }}
            as days_since_touched,
            {{ days_between("cast(leads.unanswered_at as date)", "leads.as_of_date") }}
            as days_unanswered,
            recent_handovers.entered_on as handed_over_on,
            coalesce(
                recent_handovers.previous_stage,
                case
                    when standing.stage_order > on_record.stage_order
                    then leads.funnel_stage
                end
            ) as came_from_stage
        from leads_with_overrides as leads
        cross join decision_context
        cross join scores
        left join stg_opt_outs on leads.lead_id = stg_opt_outs.lead_id
        left join
            service_levels
            on service_levels.stage = case
                when leads.is_with_sales
                then leads.funnel_stage
                else leads.effective_stage
            end
        left join lifecycle_stages as standing on leads.effective_stage = standing.stage
        left join lifecycle_stages as on_record on leads.funnel_stage = on_record.stage
        left join
            recent_handovers
            on leads.lead_id = recent_handovers.lead_id
            and leads.effective_stage = recent_handovers.stage

    ),

    -- on a move that was not seen, nobody takes over who is to be won back
    handed_over as (

        select
            placed.*,
            case
                when
                    came_from.owner_team != placed.owner_team
                    and not is_with_sales
                    and (
                        handed_over_on is not null or effective_track != 'Reactivation'
                    )
                then came_from.owner_team
            end as handed_over_from
        from placed
        left join
            lifecycle_stages as came_from on placed.came_from_stage = came_from.stage

    ),

    compared as (

        select
            *,
            handed_over_from is not null
            and coalesce(
                last_touched < handed_over_on,
                days_since_touched >= touch_every_days,
                true
            ) as is_handed_over,
            days_since_touched + work_days_ahead < touch_every_days as is_touched_lately
        from handed_over

    ),

    decided as (

        select
            *,
            -- order is precedence: the first true line wins
            case
                when unanswered_at is not null
                then 'answer'
                when effective_outcome = 'lost'
                then 'left_the_funnel'
                when is_handed_over
                then 'take_over'
                when is_touched_lately
                then 'wait_for_answer'
                when is_with_sales
                then 'ask_sales'
                when effective_stage = 'SQL' and engagement_health = 'Stale'
                then 'call_to_rescue'
                when effective_stage = 'SQL'
                then 'call'
                when
                    effective_outcome = 'won'
                    and engagement_health in ('Stale', 'Dormant')
                then 'check_in'
                when effective_outcome = 'won' and days_since_touched is not null
                then 'check_in_again'
                when effective_outcome = 'won'
                then 'customer_is_well'
                when intent_score is null and scored_percent >= scored_min_percent
                then 'score_it'
                when effective_track = 'Reactivation' and opt_out is not null
                then 'not_to_be_mailed'
                when effective_track = 'Reactivation'
                then 'write_to_win_back'
                else 'nurtured'
            end as work_rule
        from compared

    ),

    -- clocks start only from what was seen: nobody knows since when a lead has stood
    -- where the CRM does not have it; nurture and scoring have promised nothing
    clocked as (

        select
            *,
            case
                when work_rule = 'answer'
                then cast(first_unanswered_at as date)
                when work_rule = 'take_over'
                then handed_over_on
                when
                    (effective_stage = 'SQL' or effective_outcome = 'won')
                    and funnel_stage = effective_stage
                then last_touched
            end as waiting_since,
            case
                when work_rule in ('answer', 'take_over')
                then answer_within_days
                else touch_every_days
            end as service_level_days,
            cast(unanswered_at as date) as unanswered_on,
            nullif(engagement_channel, 'None') as usual_channel
        from decided

    ),

    promised as (

        select *, {{ days_later("waiting_since", "service_level_days") }} as promised_on
        from clocked

    ),

    -- what falls due on a weekend is in time on Monday; 1 January 1900 was one
    due as (

        select
            *,
            case
                mod({{ days_between("date '1900-01-01'", "promised_on") }}, 7)
                when 5
                then {{ days_later("promised_on", "2") }}
                when 6
                then {{ days_later("promised_on", "1") }}
                else promised_on
            end as due_on
        from promised

    )

select
    due.*,
    work_rules.outcome as work,
    {{
        fill_places(
            "work_rules.reason",
            [
                "unanswered_signal",
                "unanswered_on",
                "waiting_since",
                "handed_over_from",
                "last_touched",
                "touch_every_days",
                "last_engagement",
                "opt_out",
                "effective_stage",
                "effective_track",
                "effective_track_reason",
                "effective_stage_reason",
            ],
        )
    }} as work_reason,
    case
        when opt_out is not null
        then concat(work_rules.next_step, '; no mail: ', opt_out)
        else work_rules.next_step
    end as next_step,
    case
        -- what is to be sent is a mail
        when work_rule = 'write_to_win_back'
        then 'Email'
        -- who is not to be mailed is, at most, in answer to a mail
        else
            coalesce(
                unanswered_channel,
                case
                    when opt_out is null or usual_channel != 'Email' then usual_channel
                end
            )
    end as channel,
    coalesce(as_of_date > due_on, false) as is_late
from due
left join work_rules on due.work_rule = work_rules.rule_id
