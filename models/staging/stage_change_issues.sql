-- one row per stage change that is kept and nobody can use, and what keeps them
with

    stg_stage_changes as (select * from {{ ref("stg_stage_changes") }}),

    known_leads as (

        select lead_id from {{ ref("stg_leads_typed") }} where rejection_reasons is null

    )

select
    stg_stage_changes.lead_id,
    stg_stage_changes.stage,
    stg_stage_changes.entered_at,
    'unknown_lead' as issue
from stg_stage_changes
left join known_leads on stg_stage_changes.lead_id = known_leads.lead_id
-- what a lead's own row says is rejected with that row
where known_leads.lead_id is null and stg_stage_changes.row_count > 0
