-- one row per lead whose first day is known and stage after the first: after how many
-- days it reached the stage or was lost before, or how long it has been followed
-- what there is to cut by is a setting
{{ config(contract={"enforced": false}) }}

with

    lead_progress as (

        select * from {{ ref("lead_progress") }} where lead_on is not null

    ),

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

    reached as (

        select
            lead_progress.*,
            stages.stage,
            stages.stage_order,
            stages.is_stage_dated,
            case
                stages.stage
                when 'MQL'
                then
                    least(
                        lead_progress.mql_on,
                        lead_progress.sql_on,
                        lead_progress.customer_on
                    )
                when 'SQL'
                then least(lead_progress.sql_on, lead_progress.customer_on)
                when 'Customer'
                then lead_progress.customer_on
            end as reached_on
        from lead_progress
        cross join stages

    ),

    judged as (

        select
            reached.*,
            case
                when reached.reached_on <= coalesce(reached.lost_on, reached.reached_on)
                then 'reached'
                when
                    reached.reached_on is null
                    and reached.furthest_stage_order >= reached.stage_order
                then 'undated'
                when reached.lost_on is not null
                then 'lost'
                else 'open'
            end as outcome
        from reached

    )

select
    judged.lead_id,
    judged.stage,
    judged.outcome,
    {%- for segment_type in segments() %} judged.segment_{{ loop.index }}, {%- endfor %}
    cast(judged.stage_order as {{ dbt.type_int() }}) as stage_order,
    case
        judged.outcome
        when 'reached'
        then {{ days_between("judged.lead_on", "judged.reached_on") }}
        when 'lost'
        then {{ days_between("judged.lead_on", "judged.lost_on") }}
        else {{ days_between("judged.lead_on", "as_of.as_of_date") }}
    end as days,
    {{ days_between("judged.lead_on", "judged.reached_on") }} as days_to_stage,
    judged.is_stage_dated,
    judged.lead_on
from judged
cross join as_of
