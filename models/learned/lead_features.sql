-- one row per open lead, as of each landmark and as of today (0): the bands it is
-- scored by, as they were known then, and whether it was won within the horizon
with

    landmarks as (select * from {{ ref("landmarks") }}),

    landmark_leads as (select * from {{ ref("landmark_leads") }}),

    decided_then as (select * from {{ ref("leads_with_stages_at_landmarks") }}),

    signals_then as (select * from {{ ref("lead_signals_at_landmarks") }}),

    leads_with_stages as (select * from {{ ref("leads_with_stages") }}),

    lead_signals as (select * from {{ ref("lead_signals") }}),

    lead_milestones as (select * from {{ ref("lead_milestones") }}),

    open_stages as (

        select stage from {{ ref("lifecycle_stages") }} where outcome is null

    ),

    -- intent from activities where there are any: what a CRM's score was, few know
    measured as (

        select
            landmark_leads.lead_id,
            landmark_leads.source,
            landmark_leads.company_size,
            landmark_leads.funnel_stage,
            landmark_leads.nth,
            coalesce(
                signals_then.activity_intent, decided_then.crm_intent_score
            ) as intent_score,
            {{ days_between("landmark_leads.lead_on", "landmark_leads.landmark_on") }}
            as age_days,
            decided_then.days_since_engaged,
            landmarks.is_judged,
            landmarks.is_learned_before,
            landmark_leads.is_won_within
        from landmark_leads
        inner join landmarks on landmark_leads.nth = landmarks.nth
        inner join decided_then on landmark_leads.landmark_id = decided_then.lead_id
        left join signals_then on landmark_leads.landmark_id = signals_then.lead_id
        union all
        select
            leads_with_stages.lead_id,
            leads_with_stages.source,
            leads_with_stages.company_size,
            leads_with_stages.funnel_stage,
            0 as nth,
            coalesce(
                lead_signals.activity_intent, leads_with_stages.crm_intent_score
            ) as intent_score,
            {{
                days_between(
                    "lead_milestones.lead_on", "leads_with_stages.as_of_date"
                )
            }} as age_days,
            leads_with_stages.days_since_engaged,
            false as is_judged,
            false as is_learned_before,
            cast(null as boolean) as is_won_within
        from leads_with_stages
        inner join open_stages on leads_with_stages.funnel_stage = open_stages.stage
        left join lead_signals on leads_with_stages.lead_id = lead_signals.lead_id
        left join lead_milestones on leads_with_stages.lead_id = lead_milestones.lead_id
        -- as of the landmarks: whom the CRM has reopened since it was won can't be won
        -- again
        where lead_milestones.customer_on is null

    )

-- not by the thresholds: a change of a rule must not change what was learned
select
    lead_id,
    source,
    company_size,
    funnel_stage,
    case
        when age_days is null
        then 'not known'
        when age_days <= 30
        then '0-30 days ago'
        when age_days <= 90
        then '31-90 days ago'
        when age_days <= 180
        then '91-180 days ago'
        else 'over 180 days ago'
    end as age,
    case
        when days_since_engaged is null
        then 'never'
        when days_since_engaged <= 7
        then '0-7 days ago'
        when days_since_engaged <= 30
        then '8-30 days ago'
        when days_since_engaged <= 90
        then '31-90 days ago'
        else 'over 90 days ago'
    end as recency,
    case
        when intent_score is null
        then 'not scored'
        when intent_score < 20
        then '0-19'
        when intent_score < 40
        then '20-39'
        when intent_score < 60
        then '40-59'
        when intent_score < 80
        then '60-79'
        else '80-100'
    end as intent,
    nth,
    is_judged,
    is_learned_before,
    is_won_within
from measured
