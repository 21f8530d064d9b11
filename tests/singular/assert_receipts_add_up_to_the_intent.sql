-- a lead that is scored by its activities has the score that its receipts add up to, at
-- most 100 and rounded down
with

    summed as (

        select lead_id, sum(points) as points
        from {{ ref("intent_receipts") }}
        group by lead_id

    )

select leads.lead_id, leads.intent_score, summed.points
from {{ ref("leads_with_stages") }} as leads
left join summed on leads.lead_id = summed.lead_id
where
    leads.intent_source = 'activities'
    and leads.intent_score != floor(least(coalesce(summed.points, 0), 100))
