-- one row per lead and field in which the CRM differs from what was decided
{%- set columns = [
    "lead_id",
    "override_id",
    "field",
    "crm_value",
    "decided_value",
    "reason",
    "stage_rule",
    "is_backward",
] %}

with

    leads as (

        select
            lead_id,
            funnel_stage,
            effective_stage,
            effective_stage_reason,
            sales_owner,
            effective_owner,
            effective_owner_reason,
            stage_rule
        from {{ ref("leads") }}
        where
            funnel_stage != effective_stage
            or effective_owner is distinct from sales_owner

    ),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    stages_that_differ as (

        select
            leads.lead_id,
            lead_overrides.stage_override_id as override_id,
            'lifecycle_stage' as field,
            leads.funnel_stage as crm_value,
            leads.effective_stage as decided_value,
            leads.effective_stage_reason as reason,
            leads.stage_rule,
            -- a lost lead has left the funnel, and comes back from outside it
            decided.stage_order > 0
            and decided.stage_order < on_record.stage_order as is_backward
        from leads
        inner join lifecycle_stages as on_record on leads.funnel_stage = on_record.stage
        inner join lifecycle_stages as decided on leads.effective_stage = decided.stage
        left join lead_overrides on leads.lead_id = lead_overrides.lead_id
        where leads.funnel_stage != leads.effective_stage

    ),

    owners_that_differ as (

        select
            leads.lead_id,
            lead_overrides.owner_override_id as override_id,
            'owner' as field,
            leads.sales_owner as crm_value,
            leads.effective_owner as decided_value,
            leads.effective_owner_reason as reason,
            leads.stage_rule,
            false as is_backward
        from leads
        inner join lead_overrides on leads.lead_id = lead_overrides.lead_id
        where leads.effective_owner != coalesce(leads.sales_owner, '')

    )

select {{ columns | join(", ") }}
from stages_that_differ
union all
select {{ columns | join(", ") }}
from owners_that_differ
