-- by month of creation, how long it takes, and what a month yields; one filter
-- at a time
create temp view part_cohorts as
select segment_id, funnel_cohorts.* exclude (segment_type, segment)
from funnel_cohorts
inner join part_segments using (segment_type, segment)
where
    created_month
    > (select max(created_month) - interval 24 month from funnel_cohorts)
order by segment_id, created_month, stage_order
;

create temp view part_times as
select
    segment_id,
    stage,
    days,
    lead_count,
    event_count,
    incidence,
    incidence_low,
    incidence_high
from time_to_stage
inner join part_segments using (segment_type, segment)
order by segment_id, stage_order, days
;

create temp view part_medians as
select segment_id, time_to_stage_medians.* exclude (segment_type, segment)
from time_to_stage_medians
inner join part_segments using (segment_type, segment)
order by segment_id, stage_order
;

create temp view part_velocity as
select funnel_velocity.*, segment_id
from funnel_velocity
inner join part_segments using (segment_type, segment)
order by segment_type != 'all', customers_per_month desc nulls last, segment_id
;
