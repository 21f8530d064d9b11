-- one row per week and pair of stages: how many leads moved from one to the other
with

    moved_lead_spells as (select * from {{ ref("moved_lead_spells") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }})

select
    cast(
        {{ dbt.date_trunc("week", "moved_lead_spells.entered_on") }} as date
    ) as week_starting_on,
    moved_lead_spells.previous_stage as from_stage,
    moved_lead_spells.stage as to_stage,
    count(distinct moved_lead_spells.lead_id) as lead_count,
    -- a lost lead has left the funnel
    to_stages.stage_order > 0
    and to_stages.stage_order < from_stages.stage_order as is_backward
from moved_lead_spells
inner join
    lifecycle_stages as from_stages
    on moved_lead_spells.previous_stage = from_stages.stage
inner join lifecycle_stages as to_stages on moved_lead_spells.stage = to_stages.stage
-- a lead that left the export and came back may stand where it stood
where moved_lead_spells.stage != moved_lead_spells.previous_stage
group by
    cast({{ dbt.date_trunc("week", "moved_lead_spells.entered_on") }} as date),
    moved_lead_spells.previous_stage,
    moved_lead_spells.stage,
    to_stages.stage_order,
    from_stages.stage_order
