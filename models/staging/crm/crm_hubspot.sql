-- one row per row of a HubSpot contact export, by its report headers or API names
{{
    config(
        meta={
            "header_prefixes": ["property_", "properties_"],
            "headers": {
                "lead_id": ["Record ID", "Contact ID", "hs_object_id", "id", "vid"],
                "created_at": ["Create Date", "createdAt"],
                "funnel_stage": {
                    "lifecycle_stage": ["Lifecycle Stage"],
                    "lead_status": ["Lead Status", "hs_lead_status"],
                },
                "intent_score": [
                    "HubSpot Score",
                    "Lead Score",
                    "Contact Score",
                    "Likelihood to close",
                    "hs_predictivecontactscore_v2",
                ],
                "last_engaged": [
                    "Last Engagement Date",
                    "hs_last_sales_activity_timestamp",
                    "Last Activity Date",
                    "notes_last_updated",
                    "Recent Conversion Date",
                    "Time of Last Session",
                    "Time Last Seen",
                    "hs_analytics_last_timestamp",
                    "Last Contacted",
                    "notes_last_contacted",
                ],
                "company_size": {
                    "employees": [
                        "Number of Employees",
                        "numemployees",
                        "Company size",
                    ]
                },
                "source": {
                    "traffic_source": [
                        "Original Source",
                        "Original Traffic Source",
                        "hs_analytics_source",
                        "Lead Source",
                        "Latest Source",
                        "Latest Traffic Source",
                        "hs_latest_source",
                    ],
                    "social_network": [
                        "Original Source Drill-Down 1",
                        "Original Traffic Source Drill-Down 1",
                        "hs_analytics_source_data_1",
                        "Latest Source Drill-Down 1",
                        "Latest Traffic Source Drill-Down 1",
                        "hs_latest_source_data_1",
                    ],
                },
                "engagement_channel": [
                    "Type of last engagement",
                    "Last Engagement Type",
                    "hs_last_sales_activity_type",
                ],
                "sales_owner": ["Contact owner", "hubspot_owner_id"],
            },
        }
    )
}}

with

    export as (select * from {{ crm_export() }}),

    renamed as (select {{ crm_columns() }} from export),

    in_our_words as (

        select
            *,
            {{
                crm_words(
                    "lifecycle_stage",
                    "funnel_stage",
                    {
                        "Subscriber": "Lead",
                        "Opportunity": "SQL",
                        "Evangelist": "Customer",
                        "Other": "",
                    },
                )
            }} as stage,
            {{ crm_words("lead_status", "funnel_stage") }} as stage_by_status,
            -- of social traffic the network says more than Paid Social does
            case
                when lower(traffic_source) like '%social%'
                then coalesce(nullif(trim(social_network), ''), traffic_source)
                else traffic_source
            end as traffic_source_or_network
        from renamed

    )

select
    {{ extra_columns_named(are_as_read=true) }}
    lead_id,
    created_at,
    -- who has bought stays a customer, whatever became of the last call
    case
        when
            lower(stage_by_status) = 'disqualified'
            and coalesce(lower(stage), '') != 'customer'
        then 'Disqualified'
        else stage
    end as funnel_stage,
    intent_score,
    last_engaged,
    {{ employees_to_company_size("employees") }} as company_size,
    {{
        crm_words(
            "traffic_source_or_network",
            "source",
            {
                "AI Referrals": "Referral",
                "Offline Sources": "Other",
                "Offline": "Other",
                "Other Campaigns": "Other",
            },
        )
    }} as source,
    {{
        crm_words(
            "engagement_channel",
            "engagement_channel",
            {
                "Email Click": "Email",
                "Email Open": "Email",
                "Email Reply": "Email",
                "Forwarded Email": "Email",
                "Incoming Email": "Email",
                "Meeting": "Phone",
                "Whats App": "WhatsApp",
            },
        )
    }} as engagement_channel,
    sales_owner
from in_our_words
