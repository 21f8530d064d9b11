-- one row: the day that leads are judged on, so that an export is judged as of its
-- own day
with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    days as (

        select created_at as day_on
        from stg_leads_typed
        union all
        select last_engaged as day_on
        from stg_leads_typed

    ),

    newest as (select max(day_on) as newest_on from days where day_on <= current_date)

select coalesce({{ date_setting("as_of_date") }}, newest_on, current_date) as as_of_date
from newest
