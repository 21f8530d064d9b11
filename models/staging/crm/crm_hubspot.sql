-- one row per row of a HubSpot contact export, by its report headers or API names
{{
    config(
        meta={
            "header_prefixes": ["property_", "properties_"],
            "headers": {
                "lead_id": ["Record ID", "Contact ID", "hs_object_id", "id", "vid"],
                "created_at": ["Create Date", "createdate"],
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
                    ],
                    "source_detail": [
                        "Original Source Drill-Down 1",
                        "Original Traffic Source Drill-Down 1",
                        "hs_analytics_source_data_1",
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
            {{ extra_columns_named(are_as_read=true) }}
            lead_id,
            created_at,
            case
                when
                    lower(trim(lead_status)) = 'unqualified'
                    and lower(coalesce(trim(lifecycle_stage), '')) != 'customer'
                then 'Disqualified'
                else
                    {{
                        crm_words(
                            "lifecycle_stage",
                            {
                                "Subscriber": "Lead",
                                "Lead": "Lead",
                                "Marketing Qualified Lead": "MQL",
                                "Sales Qualified Lead": "SQL",
                                "Opportunity": "SQL",
                                "Customer": "Customer",
                                "Evangelist": "Customer",
                                "Other": "",
                            },
                            "funnel_stage",
                        )
                    }}
            end as funnel_stage,
            intent_score,
            last_engaged,
            {{ employees_to_company_size("employees") }} as company_size,
            case
                when lower(source_detail) in ('facebook', 'linkedin')
                then source_detail
                else
                    {{
                        crm_words(
                            "traffic_source",
                            {
                                "Paid Search": "Google Ads",
                                "PAID_SEARCH": "Google Ads",
                                "Organic Search": "Website",
                                "ORGANIC_SEARCH": "Website",
                                "Direct Traffic": "Website",
                                "DIRECT_TRAFFIC": "Website",
                                "Referrals": "Referral",
                                "REFERRALS": "Referral",
                                "Offline Sources": "Other",
                                "OFFLINE": "Other",
                                "Other Campaigns": "Other",
                                "OTHER_CAMPAIGNS": "Other",
                            },
                            "source",
                        )
                    }}
            end as source,
            {{
                crm_words(
                    "engagement_channel",
                    {
                        "EMAIL": "Email",
                        "INCOMING_EMAIL": "Email",
                        "FORWARDED_EMAIL": "Email",
                        "CALL": "Phone",
                        "MEETING": "Phone",
                        "WHATS_APP": "WhatsApp",
                        "LINKEDIN_MESSAGE": "LinkedIn",
                    },
                    "engagement_channel",
                )
            }} as engagement_channel,
            sales_owner
        from renamed

    )

select *
from in_our_words
