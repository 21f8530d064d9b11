-- one row per lead, stage and moment at which the CRM gave it the stage
with

    stg_stage_change_rows as (

        select *
        from {{ ref("stg_stage_change_rows") }}
        where rejection_reasons is null and set_aside_as is null

    )

select
    lead_id,
    stage,
    count(case when input = 'stage_changes' then 1 end) as row_count,
    max(case when has_time_of_day then 1 else 0 end) = 1 as has_time_of_day,
    entered_at
from stg_stage_change_rows
group by lead_id, stage, entered_at
