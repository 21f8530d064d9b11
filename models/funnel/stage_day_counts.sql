-- one row per segment, stage, outcome and number of days after which leads came to it:
-- what the incidences are worked out from, small however many leads there are
with

    lead_segments as (select * from {{ ref("lead_segments") }}),

    lead_stage_times as (select * from {{ ref("lead_stage_times") }})

select
    lead_segments.segment_type,
    lead_segments.segment,
    lead_stage_times.stage,
    lead_stage_times.outcome,
    lead_stage_times.stage_order,
    count(*) as lead_count,
    lead_stage_times.days,
    lead_stage_times.is_stage_dated
from lead_stage_times
inner join lead_segments on lead_stage_times.lead_id = lead_segments.lead_id
group by
    lead_segments.segment_type,
    lead_segments.segment,
    lead_stage_times.stage,
    lead_stage_times.outcome,
    lead_stage_times.stage_order,
    lead_stage_times.days,
    lead_stage_times.is_stage_dated
