-- one row per segment, stage after the first, day that leads came, outcome and number
-- of days after which they came to it: what shares and incidences are worked out from
{%- set milestones = ["lead_on", "mql_on", "sql_on", "customer_on", "lost_on"] %}
{%- set counted = milestones + ["furthest_stage_order", "was_there_before"] %}
{%- set is_first_day_unknown = "lead_on is null or was_there_before" %}
{%- set by_stage = "partition by segment_type, segment, stages.stage" %}

with

    lead_progress as (select * from {{ ref("lead_progress") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    as_of as (select * from {{ ref("as_of") }}),

    -- who was seen beyond a stage had reached it by then
    dated as (

        select
            count(coalesce(mql_on, sql_on, customer_on)) as mql_count,
            count(coalesce(sql_on, customer_on)) as sql_count,
            count(customer_on) as customer_count
        from lead_progress

    ),

    stages as (

        select
            lifecycle_stages.stage,
            lifecycle_stages.stage_order,
            case
                lifecycle_stages.stage
                when 'MQL'
                then dated.mql_count > 0
                when 'SQL'
                then dated.sql_count > 0
                when 'Customer'
                then dated.customer_count > 0
                else false
            end as is_stage_dated
        from lifecycle_stages
        cross join dated
        where lifecycle_stages.stage_order > 1

    ),

    -- leads with the same days come to the same
    counted as (

        select
            {{ grouped_segment(segments()) }},
            count(*) as lead_count,
            {{ counted | join(", ") }}
        from lead_progress
        group by
            grouping sets (
                ({{ counted | join(", ") }})
                {%- for segment_type in segments() %}
                    , (segment_{{ loop.index }}, {{ counted | join(", ") }})
                {%- endfor %}
            )

    ),

    reached as (

        select
            counted.*,
            stages.stage,
            stages.stage_order,
            -- of leads without a day of creation, or with a later one, only those
            -- have a
            -- first day that moved
            stages.is_stage_dated
            and {{
                mostly_dated(
                    "sum(case when %s then 0 else lead_count end) over (%s)"
                    % (is_first_day_unknown, by_stage),
                    "sum(case when %s then lead_count else 0 end) over (%s)"
                    % (is_first_day_unknown, by_stage),
                )
            }} as is_stage_dated,
            case
                stages.stage
                when 'MQL'
                then least(counted.mql_on, counted.sql_on, counted.customer_on)
                when 'SQL'
                then least(counted.sql_on, counted.customer_on)
                when 'Customer'
                then counted.customer_on
            end as reached_on
        from counted
        cross join stages

    ),

    judged as (

        select
            *,
            case
                when reached_on <= coalesce(lost_on, reached_on)
                then 'reached'
                when reached_on is null and furthest_stage_order >= stage_order
                then 'undated'
                when lost_on is not null
                then 'lost'
                else 'open'
            end as outcome
        from reached

    ),

    timed as (

        select
            judged.*,
            case
                judged.outcome
                when 'reached'
                then {{ days_between("judged.lead_on", "judged.reached_on") }}
                when 'lost'
                then {{ days_between("judged.lead_on", "judged.lost_on") }}
                else {{ days_between("judged.lead_on", "as_of.as_of_date") }}
            end as days,
            {{ days_between("judged.lead_on", "judged.reached_on") }} as days_to_stage
        from judged
        cross join as_of
        where judged.lead_on is not null

    )

select
    segment_type,
    segment,
    stage,
    outcome,
    cast(stage_order as {{ dbt.type_int() }}) as stage_order,
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count,
    days,
    days_to_stage,
    is_stage_dated,
    lead_on
from timed
group by
    segment_type,
    segment,
    stage,
    outcome,
    stage_order,
    days,
    days_to_stage,
    is_stage_dated,
    lead_on
