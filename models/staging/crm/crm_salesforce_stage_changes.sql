-- one row per row of Salesforce's history of leads, of which the status is one field
{{
    config(
        meta={
            "headers": {
                "lead_id": ["Lead ID"],
                "stage": {
                    "field": ["Field", "Field / Event", "Field/Event"],
                    "lead_status": ["New Value"],
                },
                "entered_at": ["Created Date", "Edit Date", "Date"],
            }
        }
    )
}}

with

    export as (select * from {{ crm_export(record="stage_changes") }}),

    renamed as (select {{ crm_columns("stage_changes") }} from export),

    -- the ids may be short where the leads' are long, or long where they are short
    lead_ids as (select * from {{ salesforce_leads() }} as salesforce_leads)

select
    coalesce(lead_ids.full_id, renamed.lead_id) as lead_id,
    {{ crm_words("lead_status", "funnel_stage", salesforce_stages()) }} as stage,
    entered_at,
    case
        when {{ word_key("field") }} not in ('status', 'leadstatus')
        then 'change of another field'
    end as set_aside_as
from renamed
left join
    lead_ids
    on {{ is_salesforce_id("trim(renamed.lead_id)") }}
    and substr(trim(renamed.lead_id), 1, 15) = lead_ids.short_id
