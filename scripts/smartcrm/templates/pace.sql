-- by when leads were created, so that young ones don't count as lost;
-- none without dates
create temp view part_pace as
select
    medians.stage,
    medians.incidence_within_horizon,
    medians.median_days_within_horizon,
    velocity.recent_days as horizon_days
from time_to_stage_medians as medians
inner join
    funnel_velocity as velocity
    on medians.segment_type = velocity.segment_type
    and medians.segment = velocity.segment
where
    medians.segment_type = 'all'
    and medians.incidence_within_horizon is not null
order by medians.stage_order
;
