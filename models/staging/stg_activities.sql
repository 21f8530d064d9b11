-- one row per lead, type and moment of an activity
with

    stg_activity_rows as (

        select *
        from {{ ref("stg_activity_rows") }}
        where rejection_reasons is null and set_aside_as is null

    )

select
    lead_id,
    activity_type,
    min(channel) as channel,
    count(case when input = 'activities' then 1 end) as row_count,
    max(case when has_time_of_day then 1 else 0 end) = 1 as has_time_of_day,
    occurred_at
from stg_activity_rows
group by lead_id, activity_type, occurred_at
