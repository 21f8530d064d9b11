-- one row per row of an export that already has SmartCRM's own column names
{{
    config(
        meta={
            "headers": {
                "lead_id": "lead_id",
                "created_at": "created_at",
                "funnel_stage": "funnel_stage",
                "intent_score": "intent_score",
                "last_engaged": "last_engaged",
                "company_size": "company_size",
                "source": "source",
                "engagement_channel": "engagement_channel",
                "sales_owner": "sales_owner",
            },
            "opt_outs": {"unsubscribed": "email_opt_out", "bounced": "email_bounced"},
        }
    )
}}
{%- set sample = ref("leads_cleaned_1000") if is_sample() else none %}

with

    export as (select * from {{ crm_export(sample) }}),

    renamed as (select {{ crm_columns() }} from export)

select
    {{ extra_columns_named(are_as_read=true) }}
    lead_id,
    created_at,
    {{ crm_words("funnel_stage", "funnel_stage") }} as funnel_stage,
    intent_score,
    last_engaged,
    {{ employees_to_company_size("company_size") }} as company_size,
    {{ crm_words("source", "source") }} as source,
    {{ crm_words("engagement_channel", "engagement_channel") }} as engagement_channel,
    sales_owner
from renamed
