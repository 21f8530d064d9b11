-- one row per lead that a few intent points keep from being sales ready: edit the reach
with

    leads as (select * from {{ ref("leads") }}),

    decision_context as (select * from {{ ref("decision_context") }})

select
    leads.lead_id,
    leads.effective_owner,
    leads.source,
    leads.intent_score,
    decision_context.sql_min_intent - leads.intent_score as points_short,
    leads.days_since_engaged
from leads
cross join decision_context
where
    leads.effective_stage = 'MQL'
    and leads.days_since_engaged <= decision_context.sql_max_quiet_days
    and decision_context.sql_min_intent - leads.intent_score between 1 and 10
order by points_short, leads.days_since_engaged, leads.lead_id
