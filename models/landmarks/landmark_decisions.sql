-- one row per lead and landmark on which it was open: what the rules in force would
-- have decided, by what was known then, and what came of it within the horizon
with

    landmark_leads as (select * from {{ ref("landmark_leads") }}),

    decided as (select * from {{ ref("leads_with_stages_at_landmarks") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }})

select
    landmark_leads.lead_id,
    landmark_leads.funnel_stage,
    decided.simulated_stage,
    decided.stage_rule,
    landmark_leads.company_size,
    landmark_leads.source,
    landmark_leads.nth,
    lifecycle_stages.stage_order,
    decided.intent_score,
    decided.days_since_engaged,
    landmark_leads.is_won_within,
    landmark_leads.landmark_on
from landmark_leads
inner join decided on landmark_leads.landmark_id = decided.lead_id
left join lifecycle_stages on decided.simulated_stage = lifecycle_stages.stage
