-- one row per row of a HubSpot contact export, by its report headers or API
-- names; what our own effort moves, such as Last Contacted, is an activity of
-- ours and no engagement
{{
    config(
        meta={
            "header_prefixes": ["property_", "properties_"],
            "email": ["Email", "Email Address"],
            "headers": {
                "lead_id": ["Record ID", "Contact ID", "hs_object_id", "id", "vid"],
                "created_at": ["Create Date", "createdAt"],
                "funnel_stage": {
                    "lifecycle_stage": ["Lifecycle Stage"],
                    "lead_status": ["Lead Status", "hs_lead_status"],
                },
                "intent_score": [
                    "Lead Score",
                    "Contact Score",
                    "Likelihood to close",
                    "hs_predictivecontactscore_v2",
                ],
                "last_engaged": [
                    "Last Engagement Date",
                    "hs_last_sales_activity_timestamp",
                    "Recent Conversion Date",
                    "Time of Last Session",
                    "Time Last Seen",
                    "hs_analytics_last_timestamp",
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
                        "hs_analytics_latest_source",
                    ],
                    "social_network": [
                        "Original Source Drill-Down 1",
                        "Original Traffic Source Drill-Down 1",
                        "hs_analytics_source_data_1",
                        "Latest Source Drill-Down 1",
                        "Latest Traffic Source Drill-Down 1",
                        "hs_latest_source_data_1",
                        "hs_analytics_latest_source_data_1",
                    ],
                },
                "engagement_channel": [
                    "Type of last engagement",
                    "Last Engagement Type",
                    "hs_last_sales_activity_type",
                ],
                "sales_owner": ["Contact owner", "hubspot_owner_id"],
            },
            "stopped_scores": {"HubSpot Score": "2025-08-31"},
            "opt_outs": {
                "unsubscribed": ["Unsubscribed from all email", "hs_email_optout"],
                "bounced": {
                    "hard": [
                        "Email hard bounce reason",
                        "hs_email_hard_bounce_reason_enum",
                        "hs_email_hard_bounce_reason",
                    ],
                    "invalid": ["Invalid email address", "hs_email_bad_address"],
                    "quarantined": [
                        "Email Address Quarantined",
                        "hs_email_quarantined",
                    ],
                },
            },
            "activity_dates": {
                "page_viewed": {
                    "last_visit": ["Time Last Seen", "hs_analytics_last_timestamp"],
                    "last_session": [
                        "Time of Last Session",
                        "hs_analytics_last_visit_timestamp",
                    ],
                },
                "form_submitted": {
                    "first_conversion": ["First Conversion Date"],
                    "recent_conversion": ["Recent Conversion Date"],
                },
                "mail_opened": {
                    "marketing_mail": [
                        "Last marketing email open date",
                        "hs_email_last_open_date",
                    ],
                    "sales_mail": [
                        "Recent Sales Email Opened Date",
                        "hs_sales_email_last_opened",
                    ],
                },
                "mail_clicked": {
                    "marketing_mail": [
                        "Last marketing email click date",
                        "hs_email_last_click_date",
                    ],
                    "sales_mail": [
                        "Recent Sales Email Clicked Date",
                        "hs_sales_email_last_clicked",
                    ],
                },
                "mail_replied": {
                    "marketing_mail": [
                        "Last marketing email reply date",
                        "hs_email_last_reply_date",
                    ],
                    "sales_mail": [
                        "Recent Sales Email Replied Date",
                        "hs_sales_email_last_replied",
                    ],
                },
                "contact_logged": ["Last Contacted", "notes_last_contacted"],
            },
            "stage_dates": {
                "Lead": {
                    "became_subscriber": [
                        "Became a Subscriber Date",
                        "hs_lifecyclestage_subscriber_date",
                    ],
                    "entered_subscriber": [
                        'Date entered "Subscriber (Lifecycle Stage Pipeline)"',
                        "Date entered Subscriber",
                        "hs_v2_date_entered_subscriber",
                    ],
                    "became_lead": [
                        "Became a Lead Date",
                        "hs_lifecyclestage_lead_date",
                    ],
                    "entered_lead": [
                        'Date entered "Lead (Lifecycle Stage Pipeline)"',
                        "Date entered Lead",
                        "hs_v2_date_entered_lead",
                    ],
                },
                "MQL": {
                    "became": [
                        "Became a Marketing Qualified Lead Date",
                        "hs_lifecyclestage_marketingqualifiedlead_date",
                    ],
                    "entered": [
                        'Date entered "Marketing Qualified Lead (Lifecycle Stage Pipeline)"',
                        "Date entered Marketing Qualified Lead",
                        "hs_v2_date_entered_marketingqualifiedlead",
                    ],
                },
                "SQL": {
                    "became": [
                        "Became a Sales Qualified Lead Date",
                        "hs_lifecyclestage_salesqualifiedlead_date",
                    ],
                    "entered": [
                        'Date entered "Sales Qualified Lead (Lifecycle Stage Pipeline)"',
                        "Date entered Sales Qualified Lead",
                        "hs_v2_date_entered_salesqualifiedlead",
                    ],
                    "became_opportunity": [
                        "Became an Opportunity Date",
                        "hs_lifecyclestage_opportunity_date",
                    ],
                    "entered_opportunity": [
                        'Date entered "Opportunity (Lifecycle Stage Pipeline)"',
                        "Date entered Opportunity",
                        "hs_v2_date_entered_opportunity",
                    ],
                },
                "Customer": {
                    "became": [
                        "Became a Customer Date",
                        "hs_lifecyclestage_customer_date",
                    ],
                    "entered": [
                        'Date entered "Customer (Lifecycle Stage Pipeline)"',
                        "Date entered Customer",
                        "hs_v2_date_entered_customer",
                    ],
                },
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
            {{ crm_words("lifecycle_stage", "funnel_stage", hubspot_stages()) }}
            as stage,
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
                "Company Prospects Revisit": "None",
                "Email Click": "Email",
                "Email Open": "Email",
                "Email Reply": "Email",
                "Form Submitted": "None",
                "Forwarded Email": "Email",
                "HubSpot Revisit": "None",
                "Incoming Email": "Email",
                "Meeting": "Phone",
                "Meeting Booked": "Phone",
                "Presentation Revisit": "None",
                "Whats App": "WhatsApp",
            },
        )
    }} as engagement_channel,
    sales_owner
from in_our_words
