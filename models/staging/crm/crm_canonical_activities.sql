-- one row per row of a file of activities that already has SmartCRM's own column names
{{
    config(
        meta={
            "headers": {
                "lead_id": "lead_id",
                "occurred_at": "occurred_at",
                "activity_type": "activity_type",
                "channel": "channel",
            }
        }
    )
}}
{%- set sample = ref("activities") if is_sample() else none %}

with

    export as (select * from {{ crm_export(sample, "activities") }}),

    renamed as (select {{ crm_columns("activities") }} from export)

select
    lead_id,
    occurred_at,
    {{ crm_words("activity_type", "activity_type") }} as activity_type,
    {{ crm_words("channel", "engagement_channel") }} as channel,
    null as set_aside_as
from renamed
