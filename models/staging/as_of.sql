-- one row: the day that leads are judged on, so that an export is judged as of its
-- own day
with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    newest as (

        select
            max(case when created_at <= current_date then created_at end) as created_on,
            max(
                case when last_engaged <= current_date then last_engaged end
            ) as engaged_on
        from stg_leads_typed

    )

select
    coalesce(
        {{ date_setting("as_of_date") }}, greatest(created_on, engaged_on), current_date
    ) as as_of_date
from newest
