-- one row per lead that was seen to move forward to the stage that it came to last:
-- from which stage, on which day, and whether by a build
with

    stg_stage_changes as (select * from {{ ref("stg_stage_changes") }}),

    moved_lead_spells as (select * from {{ ref("moved_lead_spells") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    as_of as (select * from {{ ref("as_of") }}),

    -- while a lead stands at one stage the CRM may still be on its way there
    changes_followed as (

        select stg_stage_changes.*
        from stg_stage_changes
        left join
            moved_lead_spells as standing
            on stg_stage_changes.lead_id = standing.lead_id
            and standing.left_on is null
        where
            standing.lead_id is null
            or stg_stage_changes.stage = standing.stage
            or cast(stg_stage_changes.entered_at as date) < standing.entered_on

    ),

    -- where the history begins a lead stands somewhere, and has not moved
    seen as (

        select
            lead_id,
            stage,
            cast(entered_at as date) as entered_on,
            entered_at,
            1 as is_move,
            0 as is_by_build
        from changes_followed
        union all
        select
            lead_id,
            stage,
            entered_on,
            null as entered_at,
            case when previous_stage != stage then 1 else 0 end as is_move,
            case when previous_stage != stage then 1 else 0 end as is_by_build
        from moved_lead_spells

    ),

    -- of one day a build tells how it began, and stage changes how it went on
    ordered as (

        select
            seen.*,
            lifecycle_stages.stage_order,
            row_number() over (
                partition by seen.lead_id
                order by
                    seen.entered_on,
                    seen.entered_at nulls first,
                    lifecycle_stages.stage_order
            ) as nth
        from seen
        inner join lifecycle_stages on seen.stage = lifecycle_stages.stage
        cross join as_of
        -- a replay of an earlier day knows nothing of later ones
        where seen.entered_on <= as_of.as_of_date

    ),

    followed as (

        select *, lag(stage) over (partition by lead_id order by nth) as previous_stage
        from ordered

    ),

    -- what the CRM and the history both say, one of them later, is one move
    numbered as (

        select
            *,
            sum(case when stage = previous_stage then 0 else 1 end) over (
                partition by lead_id order by nth
            ) as stay
        from followed

    ),

    stays as (

        select
            lead_id,
            stay,
            stage,
            stage_order,
            min(case when is_move = 1 then entered_on end) as entered_on,
            max(is_by_build) = 1 as is_seen_by_build
        from numbered
        group by lead_id, stay, stage, stage_order

    ),

    -- whose first change is not to the first stage came from there
    compared as (

        select
            stays.*,
            first_stages.stage as first_stage,
            lag(stays.stage) over (in_time) as stage_before,
            lag(stays.stage_order, 1, first_stages.stage_order) over (
                in_time
            ) as order_before,
            row_number() over (
                partition by stays.lead_id order by stays.stay desc
            ) as place
        from stays
        cross join
            (
                select stage, stage_order from lifecycle_stages where stage_order = 1
            ) as first_stages
        window in_time as (partition by stays.lead_id order by stays.stay)

    )

select
    compared.lead_id,
    compared.stage,
    coalesce(stage_before, first_stage) as previous_stage,
    is_seen_by_build,
    compared.entered_on
from compared
left join
    {{ ref("earlier_stages") }} as on_record
    on compared.lead_id = on_record.lead_id
    and compared.stage = on_record.funnel_stage
    and compared.entered_on > on_record.valid_from
    and compared.entered_on <= coalesce(on_record.valid_to, compared.entered_on)
where
    place = 1
    and compared.entered_on is not null
    and stage_order > order_before
    -- whom the CRM had there before, its team had all along
    and on_record.lead_id is null
