-- one row per lead and spell: an unbroken stay at one stage, by the last build of each
-- day
with

    -- what only an earlier build of the same day said has no length
    lead_history as (

        select *
        from {{ ref("lead_history") }}
        where valid_to is null or valid_to > valid_from

    ),

    as_of as (select * from {{ ref("as_of") }}),

    compared as (

        select
            *,
            lag(effective_stage) over (
                partition by lead_id order by valid_from
            ) as previous_stage
        from lead_history

    ),

    -- while it is not in the export a lead stands nowhere: what follows is a new spell
    numbered as (

        select
            *,
            sum(case when effective_stage = previous_stage then 0 else 1 end) over (
                partition by lead_id order by valid_from
            ) as spell_number
        from compared
        where effective_stage is not null

    ),

    spells as (

        select
            lead_id,
            effective_stage as stage,
            spell_number,
            min(valid_from) as entered_on,
            case when count(valid_to) = count(*) then max(valid_to) end as left_on
        from numbered
        group by lead_id, effective_stage, spell_number

    )

select
    spells.lead_id,
    spells.stage,
    lag(spells.stage) over (
        partition by spells.lead_id order by spells.spell_number
    ) as previous_stage,
    cast(spells.spell_number as {{ dbt.type_int() }}) as spell_number,
    cast(
        {{
            days_between(
                "spells.entered_on", "coalesce(spells.left_on, as_of.as_of_date)"
            )
        }} as {{ dbt.type_int() }}
    ) as days_in_stage,
    spells.left_on is null as is_current,
    spells.entered_on,
    spells.left_on
from spells
cross join as_of
