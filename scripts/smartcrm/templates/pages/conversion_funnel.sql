-- What the conversion funnel page shows, one temporary relation a part of the page. The
-- page must not grow with the number of leads, hence the limits.
create temp table part_segments as
with

    tops as (

        select segment_type, segment, ever_count
        from conversion_funnel
        where stage_order = 1

    ),

    kinds as (select distinct segment_type from lead_segments),

    largest as (

        select
            tops.*,
            row_number() over (
                partition by segment_type order by ever_count desc, segment
            ) as place,
            count(*) over (partition by segment_type) as type_count
        from tops
        inner join kinds using (segment_type)

    ),

    singles as (

        select
            row_number() over (order by segment_type, place) as segment_id,
            segment_type,
            segment,
            type_count
        from largest
        where place <= 50

    ),

-- as in a pair, where an "and" of a segment's own has hard blanks
    parts as (

        select
            *,
            replace(segment, ' and ', concat(chr(160), 'and', chr(160))) as part
        from singles

    ),

    pairs as (

        select
            tops.segment_type,
            tops.segment,
            first.segment_id as first_id,
            second.segment_id as second_id,
            tops.ever_count
        from parts as first
        inner join parts as second on first.segment_type != second.segment_type
        inner join
            tops
            on tops.segment_type = first.segment_type || ' and ' || second.segment_type
            and tops.segment = first.part || ' and ' || second.part
        order by tops.ever_count desc, first_id, second_id
        limit 1000

    )

select *, null as first_id, null as second_id
from singles
union all
select
    (select count(*) from singles)
    + row_number() over (order by ever_count desc, first_id, second_id),
    segment_type,
    segment,
    null,
    first_id,
    second_id
from pairs
order by segment_id
;

create temp view picked_counts as
with

    moves as (

        select distinct funnel_stage, simulated_stage, is_backward
        from reclassified_leads

    )

select segment_counts.*, part_segments.segment_id, moves.is_backward
from segment_counts
inner join part_segments using (segment_type, segment)
left join moves using (funnel_stage, simulated_stage)
;

create temp view part_moves as
select
    segment_id,
    sum(case when is_backward is not null then lead_count else 0 end) as moved_count,
    sum(case when is_backward then lead_count else 0 end) as moved_back_count,
    sum(case when not is_backward then lead_count else 0 end) as moved_on_count
from picked_counts
group by segment_id
order by segment_id
;

create temp view part_funnel as
select part_segments.segment_id, conversion_funnel.* exclude (segment_type, segment)
from conversion_funnel
inner join part_segments using (segment_type, segment)
order by segment_id, stage_order
;

create temp view part_steps as
select
    segment_id,
    stage,
    fate,
    engagement_health,
    sum(lead_count) as lead_count
from funnel_steps
inner join part_segments using (segment_type, segment)
group by all
order by all
;

create temp view part_recorded as
select segment_id, funnel_stage, simulated_stage, sum(lead_count) as lead_count
from picked_counts
group by segment_id, funnel_stage, simulated_stage
order by segment_id, funnel_stage, simulated_stage
;

create temp view part_opportunities as
select strategy_opportunities.*, segment_id
from strategy_opportunities
inner join part_segments using (segment_type, segment)
order by is_opportunity desc, extra_customers desc, segment_id, stage
;

create temp view part_holds as
select * from held_back_leads order by lead_count desc, hold
;

create temp view part_backtest as
select * from rule_backtest order by flagged_by desc, stage_order desc, lift desc, flag
;

create temp view part_past as
select
    count(distinct landmark_on) as day_count,
    count(*) as row_count,
    count(*) filter (where intent_score is null) as unscored_count,
    count(*) filter (where days_since_engaged is null) as unengaged_count,
    -- of today's leads more than twice as large a share has an engagement on record
    2.0 * count(days_since_engaged) / count(*)
    < (select count(days_since_engaged) / count(*) from leads) as is_engagement_unseen
from landmark_decisions
;

create temp view part_quality as
select measure, message
from model_quality
where decile is null and not starts_with(measure, 'base_')
order by measure != 'outcomes', measure != 'expected_wins', measure
;

{% include "pages/conversion_funnel.leads.sql" %}

{% include "pages/conversion_funnel.time.sql" %}

{% include "healths.sql" %}

create temp view part_notices as
select notice from input_notices order by notice_order
;

create temp view part_stages as
select * from lifecycle_stages order by stage_order
;

{% include "thresholds.sql" %}

{% include "overrides.sql" %}

{% include "scores.sql" %}
