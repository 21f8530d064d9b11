{# Words for sources, channels and stages that mean the same in every CRM, as ours. #}
{% macro common_words(field) %}
    {%- set words = {
        "funnel_stage": {
            "Marketing Qualified Lead": "MQL",
            "Sales Qualified Lead": "SQL",
            "Closed Won": "Customer",
            "Won": "Customer",
            "Closed Lost": "Disqualified",
            "Lost": "Disqualified",
            "Unqualified": "Disqualified",
        },
        "source": {
            "Facebook Ads": "Facebook",
            "LinkedIn Ads": "LinkedIn",
            "AdWords": "Google Ads",
            "Google AdWords": "Google Ads",
            "Paid Search": "Google Ads",
            "PPC": "Google Ads",
            "Direct Traffic": "Website",
            "Organic Search": "Website",
            "Web": "Website",
            "Web Form": "Website",
            "Customer Referral": "Referral",
            "Employee Referral": "Referral",
            "External Referral": "Referral",
            "Partner": "Referral",
            "Partner Referral": "Referral",
            "Referrals": "Referral",
            "Word of mouth": "Referral",
            "Webinars": "Webinar",
            "Conference": "Event",
            "Events": "Event",
            "Trade Show": "Event",
            "Cold Call": "Other",
            "Email Marketing": "Other",
            "Public Relations": "Other",
            "Purchased List": "Other",
        },
        "engagement_channel": {
            "Call": "Phone",
            "Phone Call": "Phone",
            "LinkedIn Message": "LinkedIn",
            "Text Message": "SMS",
            "WhatsApp Message": "WhatsApp",
        },
    } -%}
    {{- return(words.get(field, {})) -}}
{% endmacro %}
