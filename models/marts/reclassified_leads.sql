-- one row per lead whose stage by the rules differs from the one in the CRM
with

    leads as (select * from {{ ref("leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }})

select
    leads.lead_id,
    leads.funnel_stage,
    leads.simulated_stage,
    leads.stage_rule,
    leads.stage_reason,
    leads.owner_team,
    leads.sales_owner,
    simulated.stage_order - recorded.stage_order as stages_moved,
    simulated.stage_order < recorded.stage_order as is_backward
from leads
left join lifecycle_stages as recorded on leads.funnel_stage = recorded.stage
left join lifecycle_stages as simulated on leads.simulated_stage = simulated.stage
where leads.funnel_stage != leads.simulated_stage
