-- by when leads were created, so that young ones don't count as lost;
-- none without dates
create temp view part_pace as
select
    medians.stage,
    medians.incidence_within_horizon,
    medians.median_days_within_horizon,
    times.incidence_low,
    times.incidence_high,
    times.days as horizon_days
from time_to_stage_medians as medians
inner join time_to_stage as times using (segment_type, segment, stage)
where
    medians.segment_type = 'all'
    and medians.incidence_within_horizon is not null
    and times.days = (select max(horizon_days) from funnel_cohorts)
order by medians.stage_order
;
