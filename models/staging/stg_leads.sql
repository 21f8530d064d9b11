-- one row per lead: the one row kept of each lead_id, with what is taken for a word
-- that is missing or not known
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
with stg_leads_judged as (select * from {{ ref("stg_leads_judged") }})

select
    lead_id,
    coalesce(funnel_stage, 'Lead') as funnel_stage,
    {%- for field in ["company_size", "source", "engagement_channel"] %}
        coalesce(
            {{ field }}, {{ text_literal(allowed_values(field) | last) }}
        ) as {{ field }},
    {%- endfor %}
    sales_owner,
    {{ extra_columns_named() }}
    intent_score,
    created_at,
    last_engaged
from stg_leads_judged
where rejection_reasons is null
