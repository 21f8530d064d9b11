{# The values that an enum may hold, in the order they are shown; the last one of a list
   that stands here means that nothing else is known. #}
{% macro allowed_values(field) %}
    {%- set lists = {
        "company_size": [
            "S: 1-10",
            "M: 11-50",
            "L: 51-200",
            "XL: 201+",
            "Unknown",
        ],
        "source": [
            "Facebook",
            "LinkedIn",
            "Google Ads",
            "Website",
            "Referral",
            "Webinar",
            "Event",
            "Other",
        ],
        "engagement_channel": [
            "Email",
            "WhatsApp",
            "Phone",
            "LinkedIn",
            "SMS",
            "None",
        ],
    } -%}
    {%- if field == "funnel_stage" -%}
        {{ return(smartcrm.seed_values("lifecycle_stages", "stage")) }}
    {%- elif field == "activity_type" -%}
        {{ return(smartcrm.seed_values("activity_types", "activity_type")) }}
    {%- elif field not in lists -%}
        {%- do exceptions.raise_compiler_error(
            "allowed_values: there is no enum '%s'; choose funnel_stage, "
            "activity_type, %s" % (field, lists | join(", "))
        ) -%}
    {%- endif -%}
    {{- return(lists[field]) -}}
{% endmacro %}
