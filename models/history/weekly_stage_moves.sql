-- one row per week and pair of stages: how many leads moved from one to the other
with

    lead_stage_spells as (select * from {{ ref("lead_stage_spells") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }})

select
    cast(
        {{ dbt.date_trunc("week", "lead_stage_spells.entered_on") }} as date
    ) as week_starting_on,
    lead_stage_spells.previous_stage as from_stage,
    lead_stage_spells.stage as to_stage,
    count(distinct lead_stage_spells.lead_id) as lead_count,
    to_stages.stage_order < from_stages.stage_order as is_backward
from lead_stage_spells
inner join
    lifecycle_stages as from_stages
    on lead_stage_spells.previous_stage = from_stages.stage
inner join lifecycle_stages as to_stages on lead_stage_spells.stage = to_stages.stage
-- a lead that left the export and came back may stand where it stood
where lead_stage_spells.stage != lead_stage_spells.previous_stage
group by
    cast({{ dbt.date_trunc("week", "lead_stage_spells.entered_on") }} as date),
    lead_stage_spells.previous_stage,
    lead_stage_spells.stage,
    to_stages.stage_order < from_stages.stage_order
