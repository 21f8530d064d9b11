-- one row per lead and spell: an unbroken stay at one stage, by the last build
-- of each day
with

    -- what only an earlier build of the same day said has no length
    lead_history as (

        select *
        from {{ ref("lead_history") }}
        where valid_to is null or valid_to > valid_from

    ),

    as_of as (select * from {{ ref("as_of") }}),

    -- most leads have one row, and a window over all of them would be wasted on those;
    -- where there are more, all but the last have ended
    changed_leads as (

        select distinct lead_id from lead_history where valid_to is not null

    ),

    compared as (

        select
            lead_history.*,
            lag(effective_stage) over (
                partition by lead_history.lead_id order by valid_from
            ) as previous_stage
        from lead_history
        inner join changed_leads on lead_history.lead_id = changed_leads.lead_id

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

    spells_of_changed as (

        select
            lead_id,
            effective_stage as stage,
            spell_number,
            min(valid_from) as entered_on,
            case when count(valid_to) = count(*) then max(valid_to) end as left_on
        from numbered
        group by lead_id, effective_stage, spell_number

    ),

    spells as (

        select
            *,
            lag(stage) over (
                partition by lead_id order by spell_number
            ) as previous_stage
        from spells_of_changed
        union all
        select
            lead_history.lead_id,
            lead_history.effective_stage as stage,
            1 as spell_number,
            lead_history.valid_from as entered_on,
            lead_history.valid_to as left_on,
            null as previous_stage
        from lead_history
        left join changed_leads on lead_history.lead_id = changed_leads.lead_id
        where changed_leads.lead_id is null and lead_history.effective_stage is not null

    )

select
    spells.lead_id,
    spells.stage,
    spells.previous_stage,
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
