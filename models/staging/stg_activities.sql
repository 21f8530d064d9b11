-- one row per lead, type and moment of an activity
with activities as (select * from {{ ref("activities") }})

select
    lead_id,
    activity_type,
    channel,
    {{ text_to_timestamp("occurred_at") }} as occurred_at,
    length(occurred_at) > 10 as has_time_of_day
from activities
