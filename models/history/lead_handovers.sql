-- one row per lead that was seen to move forward to the stage that it came to last:
-- from which stage, and on which day
with

    stg_stage_changes as (select * from {{ ref("stg_stage_changes") }}),

    moved_lead_spells as (select * from {{ ref("moved_lead_spells") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    as_of as (select * from {{ ref("as_of") }}),

    changes as (

        select
            stg_stage_changes.lead_id,
            stg_stage_changes.stage,
            lag(stg_stage_changes.stage) over (
                partition by stg_stage_changes.lead_id
                order by stg_stage_changes.entered_at, lifecycle_stages.stage_order
            ) as previous_stage,
            lifecycle_stages.stage_order,
            cast(stg_stage_changes.entered_at as date) as entered_on,
            stg_stage_changes.entered_at
        from stg_stage_changes
        inner join lifecycle_stages on stg_stage_changes.stage = lifecycle_stages.stage

    ),

    moves as (

        select lead_id, stage, previous_stage, stage_order, entered_on, entered_at
        from changes
        union all
        select
            moved_lead_spells.lead_id,
            moved_lead_spells.stage,
            moved_lead_spells.previous_stage,
            lifecycle_stages.stage_order,
            moved_lead_spells.entered_on,
            null as entered_at
        from moved_lead_spells
        inner join lifecycle_stages on moved_lead_spells.stage = lifecycle_stages.stage

    ),

    ranked as (

        select
            moves.lead_id,
            moves.stage,
            moves.previous_stage,
            moves.stage_order > previous.stage_order as is_forward,
            row_number() over (
                partition by moves.lead_id
                order by
                    moves.entered_on desc,
                    moves.entered_at desc nulls last,
                    moves.stage_order desc
            ) as place,
            moves.entered_on
        from moves
        inner join lifecycle_stages as previous on moves.previous_stage = previous.stage
        cross join as_of
        -- a replay of an earlier day knows nothing of later ones
        where moves.stage != moves.previous_stage and moves.entered_on <= as_of_date

    )

select lead_id, stage, previous_stage, entered_on
from ranked
where place = 1 and is_forward
