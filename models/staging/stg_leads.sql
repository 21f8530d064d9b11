-- one row per lead: the one row kept of each lead_id
{{ config(materialized="view") }}
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
with stg_leads_judged as (select * from {{ ref("stg_leads_judged") }})

select
    lead_id,
    funnel_stage,
    company_size,
    source,
    engagement_channel,
    sales_owner,
    {{ extra_columns_named() }}
    intent_score,
    created_at,
    last_engaged
from stg_leads_judged
where rejection_reasons is null
