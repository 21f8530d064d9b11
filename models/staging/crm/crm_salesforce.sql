-- one row per row of a Salesforce lead export, by its report headers or its API names
{{
    config(
        meta={
            "headers": {
                "lead_id": ["Lead ID", "Id"],
                "created_at": ["Create Date", "Created Date"],
                "funnel_stage": {
                    "lead_status": ["Lead Status", "Status"],
                    "opportunity_stage": [
                        "Opportunity Stage",
                        "Stage",
                        "StageName",
                        "ConvertedOpportunity.StageName",
                    ],
                    "is_won": ["Won", "IsWon", "ConvertedOpportunity.IsWon"],
                },
                "intent_score": [
                    "Lead Score",
                    "Score",
                    "Behavior Score",
                    "Account Engagement Score",
                    "pi__score__c",
                ],
                "last_engaged": ["Last Activity", "Last Activity Date"],
                "company_size": {
                    "employees": [
                        "No. of Employees",
                        "Number of Employees",
                        "Employees",
                    ]
                },
                "source": {"lead_source": ["Lead Source"]},
                "engagement_channel": ["Last Activity Type", "Task Subtype"],
                "sales_owner": [
                    "Lead Owner",
                    "Owner Name",
                    "Owner.Name",
                    "Owner",
                    "OwnerId",
                ],
            }
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
                    lower(trim(opportunity_stage)) = 'closed won'
                    or lower(trim(is_won)) in ('true', '1')
                then 'Customer'
                else
                    {{
                        crm_words(
                            "lead_status",
                            {
                                "Open - Not Contacted": "Lead",
                                "New": "Lead",
                                "Nurturing": "Lead",
                                "Working - Contacted": "MQL",
                                "Contacted": "MQL",
                                "Working": "MQL",
                                "Closed - Converted": "SQL",
                                "Qualified": "SQL",
                                "Converted": "SQL",
                                "Closed - Not Converted": "Disqualified",
                                "Unqualified": "Disqualified",
                            },
                            "funnel_stage",
                        )
                    }}
            end as funnel_stage,
            intent_score,
            last_engaged,
            {{ employees_to_company_size("employees") }} as company_size,
            {{
                crm_words(
                    "lead_source",
                    {
                        "Web": "Website",
                        "Advertisement": "Google Ads",
                        "Paid Search": "Google Ads",
                        "Employee Referral": "Referral",
                        "External Referral": "Referral",
                        "Partner": "Referral",
                        "Partner Referral": "Referral",
                        "Word of mouth": "Referral",
                        "Seminar - Internal": "Event",
                        "Seminar - Partner": "Event",
                        "Trade Show": "Event",
                        "Public Relations": "Other",
                        "Purchased List": "Other",
                        "Phone Inquiry": "Other",
                    },
                    "source",
                )
            }} as source,
            {{
                crm_words(
                    "engagement_channel",
                    {"Call": "Phone", "Task": "None"},
                    "engagement_channel",
                )
            }} as engagement_channel,
            sales_owner
        from renamed

    )

select *
from in_our_words
