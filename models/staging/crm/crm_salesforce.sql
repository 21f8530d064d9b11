-- one row per row of a Salesforce lead export, by its report headers or its API names
{% set columns = crm_export_columns() %}
with

    export as (select * from {{ crm_export() }}),

    renamed as (

        select
            {{ extra_columns_read(columns) }}
            {{ crm_column(columns, ["Lead ID", "Id"], required=true) }} as lead_id,
            {{ crm_column(columns, ["Create Date", "Created Date", "CreatedDate"]) }}
            as created_at,
            {{ crm_column(columns, ["Lead Status", "Status"]) }} as lead_status,
            {{
                crm_column(
                    columns,
                    [
                        "Opportunity Stage",
                        "Stage",
                        "StageName",
                        "ConvertedOpportunity.StageName",
                    ],
                )
            }} as opportunity_stage,
            {{ crm_column(columns, ["Won", "IsWon", "ConvertedOpportunity.IsWon"]) }}
            as is_won,
            {{
                crm_score_column(
                    columns,
                    [
                        "Lead Score",
                        "Score",
                        "Behavior Score",
                        "Account Engagement Score",
                        "pi__score__c",
                    ],
                )
            }} as intent_score,
            {{
                crm_column(
                    columns,
                    ["Last Activity", "Last Activity Date", "LastActivityDate"],
                )
            }} as last_engaged,
            {{
                crm_column(
                    columns,
                    [
                        "No. of Employees",
                        "Number of Employees",
                        "Employees",
                        "NumberOfEmployees",
                    ],
                )
            }} as employees,
            {{ crm_column(columns, ["Lead Source", "LeadSource"]) }} as lead_source,
            {{
                crm_column(
                    columns, ["Last Activity Type", "Task Subtype", "TaskSubtype"]
                )
            }} as engagement_channel,
            {{
                crm_column(
                    columns,
                    ["Lead Owner", "Owner Name", "Owner.Name", "Owner", "OwnerId"],
                )
            }} as sales_owner
        from export

    ),

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
