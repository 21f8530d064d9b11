-- What a CRM would know of the leads of a world, in the form that fit.sql measures.
-- one row per lead
create or replace temp view fit_leads as
select
    lead_number as lead_id,
    source,
    company_size,
    fate is not distinct from 'won' as is_won,
    created_at::date as lead_on,
    if(fate = 'won', closed_at::date, null) as customer_on,
    -- who buys elsewhere does not say so
    if(fate in ('won', 'lost'), closed_at::date, null) as closed_on
from people
left join outcomes using (lead_number)
;

-- one row per activity
create or replace temp view fit_activities as
select
    lead_number as lead_id,
    points,
    needs_answer,
    is_engagement and not is_touch as is_signal,
    is_touch,
    occurred_at::date as occurred_on
from done
join types using (activity_type)
;
