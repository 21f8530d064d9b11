-- one row per contact of the CRM, in the columns and words of SmartCRM
select
    contact_no as lead_id,
    signed_up as created_at,
    {{
        smartcrm.crm_words(
            "phase",
            {
                "Prospect": "Lead",
                "Trial": "SQL",
                "Paying": "Customer",
                "Gone": "Disqualified",
            },
            "funnel_stage",
        )
    }} as funnel_stage,
    fit as intent_score,
    last_seen as last_engaged,
    {{ smartcrm.employees_to_company_size("headcount") }} as company_size,
    {{
        smartcrm.crm_words(
            "heard_by", {"Advert": "Google Ads", "Friend": "Referral"}, "source"
        )
    }} as source,
    channel as engagement_channel,
    owner as sales_owner,
    region
from {{ ref("acme_contacts") }}
