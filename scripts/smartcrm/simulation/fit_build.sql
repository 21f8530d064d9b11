-- What a build knows of its leads, in the form that fit.sql measures.
-- one row per lead that came lately, or of which nobody knows when it came
create or replace temp view fit_leads as
select
    lead_id,
    source,
    company_size,
    funnel_stage = 'Customer' or customer_on is not null as is_won,
    lead_on,
    customer_on,
    least(customer_on, lost_on) as closed_on
from built.main.stg_leads
left join built.main.lead_milestones using (lead_id)
where
    lead_on is null
    or lead_on > getvariable('last_day') - getvariable('longest_days')
;

-- one row per activity
create or replace temp view fit_activities as
select
    lead_id,
    points,
    needs_answer,
    actor = 'lead' as is_signal,
    actor <> 'lead' as is_touch,
    occurred_at::date as occurred_on
from built.main.stg_activities
join built.main.activity_types using (activity_type)
;
