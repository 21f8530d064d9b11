-- one row per lead, stage and moment at which the CRM gave it the stage
with stage_changes as (select * from {{ ref("stage_changes") }})

select
    lead_id,
    stage,
    {{ text_to_timestamp("entered_at") }} as entered_at,
    length(entered_at) > 10 as has_time_of_day
from stage_changes
