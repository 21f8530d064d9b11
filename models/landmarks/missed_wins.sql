-- one row per lead that was won within the horizon of a landmark, though the rules
-- had it at none of those landmarks at the stage that sales works on
with

    landmark_decisions as (select * from {{ ref("landmark_decisions") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    -- the stage before the one that is won
    last_open_stage as (

        select max(before.stage_order) as stage_order
        from {{ ref("lifecycle_stages") }} as before
        inner join
            {{ ref("lifecycle_stages") }} as won
            on before.next_stage = won.stage
            and won.outcome = 'won'

    ),

    won as (

        select
            landmark_decisions.*,
            max(landmark_decisions.stage_order) over (
                partition by landmark_decisions.lead_id
            ) as furthest_order,
            row_number() over (
                partition by landmark_decisions.lead_id order by landmark_decisions.nth
            ) as place
        from landmark_decisions
        where is_won_within

    )

select
    won.lead_id,
    won.simulated_stage,
    won.stage_rule,
    won.intent_score,
    won.days_since_engaged,
    won.landmark_on,
    lead_milestones.customer_on
from won
inner join lead_milestones on won.lead_id = lead_milestones.lead_id
cross join last_open_stage
where won.place = 1 and won.furthest_order < last_open_stage.stage_order
