-- one row per lead and landmark: a lead of the past with its days moved so that the
-- landmark is today, for the rules to decide as they decide today's
with landmark_leads as (select * from {{ ref("landmark_leads") }})

select
    landmark_id as lead_id,
    funnel_stage,
    company_size,
    source,
    engagement_channel,
    sales_owner,
    {{ extra_columns_named() }}
    intent_score,
    {{ days_later("created_at", "days_ago") }} as created_at,
    {{ days_later("last_engaged", "days_ago") }} as last_engaged
from landmark_leads
