-- one row per row of a HubSpot export of the history of contacts' properties, of which
-- the lifecycle stage is one; what the contacts' own columns say is read from them
{{
    config(
        meta={
            "headers": {
                "lead_id": ["Contact ID", "Record ID", "hs_object_id", "vid"],
                "stage": {
                    "property": ["Property", "Property name", "name"],
                    "lifecycle_stage": [
                        "Lifecycle Stage",
                        "Property value",
                        "New value",
                        "value",
                    ],
                },
                "entered_at": ["Timestamp", "Change date", "Date of change"],
            }
        }
    )
}}

with

    export as (select * from {{ crm_export(record="stage_changes") }}),

    renamed as (select {{ crm_columns("stage_changes") }} from export)

select
    lead_id,
    {{ crm_words("lifecycle_stage", "funnel_stage", hubspot_stages()) }} as stage,
    entered_at,
    case
        when {{ word_key("property") }} != 'lifecyclestage'
        then 'change of another property'
    end as set_aside_as
from renamed
