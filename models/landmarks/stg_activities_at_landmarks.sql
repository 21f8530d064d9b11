-- one row per landmark and logged activity that had happened by then to a lead that was
-- open, moved like the lead's own days
with

    stg_activities as (select * from {{ ref("stg_activities") }}),

    landmark_leads as (select * from {{ ref("landmark_leads") }})

select
    landmark_leads.landmark_id as lead_id,
    stg_activities.activity_type,
    stg_activities.channel,
    stg_activities.row_count,
    stg_activities.has_time_of_day,
    stg_activities.occurred_at
    + interval '1' day * landmark_leads.days_ago as occurred_at
from landmark_leads
inner join
    stg_activities
    on landmark_leads.lead_id = stg_activities.lead_id
    and landmark_leads.landmark_on >= cast(stg_activities.occurred_at as date)
-- the leads' own columns say when each was last: that the last came before then would
-- tell that none came after
where stg_activities.row_count > 0
