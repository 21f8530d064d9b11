-- one row per row of a file of stage changes that already has SmartCRM's
-- own column names
{{
    config(
        meta={
            "headers": {
                "lead_id": "lead_id",
                "stage": "stage",
                "entered_at": "entered_at",
            }
        }
    )
}}
{%- set sample = ref("stage_changes") if is_sample() else none %}

with

    export as (select * from {{ crm_export(sample, "stage_changes") }}),

    renamed as (select {{ crm_columns("stage_changes") }} from export)

select
    lead_id,
    {{ crm_words("stage", "funnel_stage") }} as stage,
    entered_at,
    null as set_aside_as
from renamed
