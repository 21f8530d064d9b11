-- one row per row of a HubSpot contact export, by its report headers or its API names
{% set columns = crm_export_columns() %}
with

    export as (select * from {{ crm_export() }}),

    renamed as (

        select
            {{ extra_columns_read(columns) }}
            {{
                crm_column(
                    columns,
                    ["Record ID", "Contact ID", "hs_object_id", "id", "vid"],
                    required=true,
                )
            }} as lead_id,
            {{ crm_column(columns, ["Create Date", "createdate"]) }} as created_at,
            {{ crm_column(columns, ["Lifecycle Stage", "lifecyclestage"]) }}
            as lifecycle_stage,
            {{ crm_column(columns, ["Lead Status", "hs_lead_status"]) }} as lead_status,
            {{
                crm_score_column(
                    columns,
                    [
                        "HubSpot Score",
                        "hubspotscore",
                        "Lead Score",
                        "Contact Score",
                        "Likelihood to close",
                        "hs_predictivecontactscore_v2",
                    ],
                )
            }} as intent_score,
            {{
                crm_column(
                    columns,
                    [
                        "Last Engagement Date",
                        "hs_last_sales_activity_timestamp",
                        "Last Activity Date",
                        "notes_last_updated",
                        "Last Contacted",
                        "notes_last_contacted",
                    ],
                )
            }} as last_engaged,
            {{
                crm_column(
                    columns,
                    [
                        "Number of Employees",
                        "numberofemployees",
                        "numemployees",
                        "Company size",
                        "company_size",
                    ],
                )
            }} as employees,
            {{
                crm_column(
                    columns,
                    [
                        "Original Source",
                        "Original Traffic Source",
                        "hs_analytics_source",
                    ],
                )
            }} as original_source,
            {{
                crm_column(
                    columns,
                    [
                        "Original Source Drill-Down 1",
                        "Original Traffic Source Drill-Down 1",
                        "hs_analytics_source_data_1",
                    ],
                )
            }} as source_detail,
            {{
                crm_column(
                    columns,
                    [
                        "Type of last engagement",
                        "Last Engagement Type",
                        "hs_last_sales_activity_type",
                    ],
                )
            }} as engagement_channel,
            {{ crm_column(columns, ["Contact owner", "hubspot_owner_id"]) }}
            as sales_owner
        from export

    ),

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
                            "original_source",
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
