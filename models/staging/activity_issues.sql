-- one row per activity that is kept and nobody can use as it is, and what keeps them
with

    stg_activities as (select * from {{ ref("stg_activities") }}),

    known_leads as (

        select lead_id from {{ ref("stg_leads_typed") }} where rejection_reasons is null

    ),

    activity_types as (select * from {{ ref("activity_types") }})

select
    stg_activities.lead_id,
    stg_activities.activity_type,
    stg_activities.occurred_at,
    'unknown_lead' as issue
from stg_activities
left join known_leads on stg_activities.lead_id = known_leads.lead_id
-- what a lead's own row says is rejected with that row
where known_leads.lead_id is null and stg_activities.row_count > 0
union all
select
    stg_activities.lead_id,
    stg_activities.activity_type,
    stg_activities.occurred_at,
    'unknown_activity_type' as issue
from stg_activities
left join activity_types on stg_activities.activity_type = activity_types.activity_type
where activity_types.activity_type is null
