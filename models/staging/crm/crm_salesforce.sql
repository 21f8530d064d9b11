-- one row per row of a Salesforce lead export, by its report headers or its API names,
-- with the opportunity that the lead became where the export has it; the last activity
-- is mostly our own, and so no engagement
{{
    config(
        meta={
            "headers": {
                "lead_id": ["Lead ID", "Id"],
                "created_at": ["Create Date", "Created Date"],
                "funnel_stage": {
                    "lead_status": ["Lead Status", "Status"],
                    "is_converted": ["Converted", "IsConverted"],
                    "opportunity_stage": [
                        "Opportunity Stage",
                        "ConvertedOpportunity.StageName",
                        "Stage",
                        "StageName",
                    ],
                    "is_won": [
                        "Opportunity Won",
                        "ConvertedOpportunity.IsWon",
                        "Won",
                        "IsWon",
                    ],
                    "is_closed": [
                        "Opportunity Closed",
                        "ConvertedOpportunity.IsClosed",
                        "Closed",
                        "IsClosed",
                    ],
                },
                "intent_score": [
                    "Lead Score",
                    "Score",
                    "Behavior Score",
                    "Account Engagement Score",
                    "pi__score__c",
                    "mkto71_Lead_Score__c",
                ],
                "last_engaged": [
                    "Account Engagement Last Activity",
                    "Pardot Last Activity",
                    "pi__last_activity__c",
                    "Last Interesting Moment Date",
                    "mkto_si__Last_Interesting_Moment_Date__c",
                ],
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
                    "Lead Owner: Full Name",
                    "Owner.Name",
                    "Owner",
                    "OwnerId",
                ],
            },
            "opt_outs": {
                "unsubscribed": {
                    "by_salesforce": ["Email Opt Out", "HasOptedOutOfEmail"],
                    "by_account_engagement": ["Pardot Opted Out", "pi__opted_out__c"],
                },
                "bounced": ["Email Bounced Reason", "EmailBouncedReason"],
            },
            "activity_dates": {
                "contact_logged": ["Last Activity", "Last Activity Date"]
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
            {{ crm_words("lead_status", "funnel_stage", salesforce_stages()) }}
            as stage,
            {{ crm_words("opportunity_stage", "funnel_stage") }} as opportunity_outcome
        from renamed

    )

select
    {{ extra_columns_named(are_as_read=true) }}
    lead_id,
    created_at,
    -- what came of the opportunity says more than the status that the lead was left at
    case
        when {{ is_yes("is_won") }} or opportunity_outcome = 'Customer'
        then 'Customer'
        when
            ({{ is_yes("is_closed") }} and not {{ is_yes("is_won") }})
            or opportunity_outcome = 'Disqualified'
        then 'Disqualified'
        when
            {{ is_yes("is_converted") }}
            and coalesce(lower(stage), '') not in ('customer', 'disqualified')
        then 'SQL'
        -- a report of opportunities has no lead status: one that is open is with sales
        when trim(coalesce(stage, '')) = '' and trim(opportunity_stage) != ''
        then 'SQL'
        else stage
    end as funnel_stage,
    intent_score,
    last_engaged,
    {{ employees_to_company_size("employees") }} as company_size,
    {{
        crm_words(
            "lead_source",
            "source",
            {
                "Advertisement": "Google Ads",
                "Seminar - Internal": "Event",
                "Seminar - Partner": "Event",
                "Phone Inquiry": "Other",
            },
        )
    }} as source,
    {{
        crm_words(
            "engagement_channel",
            "engagement_channel",
            {"List Email": "Email", "Task": "None"},
        )
    }} as engagement_channel,
    sales_owner
from in_our_words
