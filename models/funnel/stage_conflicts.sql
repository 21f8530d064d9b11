-- one row per lead and contradiction between its stage changes and the stage that the
-- CRM has today, which wins
with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    stg_stage_changes as (select * from {{ ref("stg_stage_changes") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    entered as (

        select
            stg_stage_changes.lead_id,
            stg_stage_changes.stage,
            stg_leads.funnel_stage,
            changed.outcome,
            standing.outcome as standing_outcome,
            lead_milestones.customer_on,
            cast(stg_stage_changes.entered_at as date) as entered_on,
            -- of what has one moment, as a day has, the stage of today came last, and a
            -- win or a loss behind an open stage
            row_number() over (
                partition by stg_stage_changes.lead_id
                order by
                    stg_stage_changes.entered_at desc,
                    changed.stage = stg_leads.funnel_stage desc,
                    changed.outcome is not null desc,
                    changed.stage_order desc
            ) as nth_last,
            row_number() over (
                partition by stg_stage_changes.lead_id, changed.outcome
                order by stg_stage_changes.entered_at desc
            ) as nth_last_of_outcome
        from stg_stage_changes
        inner join stg_leads on stg_stage_changes.lead_id = stg_leads.lead_id
        inner join
            lead_milestones on stg_stage_changes.lead_id = lead_milestones.lead_id
        inner join
            lifecycle_stages as changed on stg_stage_changes.stage = changed.stage
        inner join
            lifecycle_stages as standing on stg_leads.funnel_stage = standing.stage

    ),

    named as (

        select
            *,
            case
                when
                    outcome = 'won'
                    and standing_outcome is distinct from 'won'
                    and nth_last_of_outcome = 1
                    and customer_on is null
                then 'win_taken_back'
                when
                    outcome = 'lost'
                    and standing_outcome is distinct from 'lost'
                    -- who was won back by a later change is no contradiction
                    and nth_last = 1
                then 'loss_taken_back'
                when nth_last = 1 and stage != funnel_stage
                then 'change_missing'
            end as conflict
        from entered

    )

select
    lead_id,
    conflict,
    stage,
    funnel_stage,
    case
        when conflict = 'change_missing'
        then
            concat(
                'Is ',
                funnel_stage,
                ' now, and the last change, on ',
                entered_on,
                ', was to ',
                stage
            )
        else
            concat(
                'Became ', stage, ' on ', entered_on, ' and is ', funnel_stage, ' now'
            )
    end as message,
    entered_on
from named
where conflict is not null
