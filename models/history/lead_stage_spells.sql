-- one row per lead and spell: an unbroken stay at one stage, by the last build
-- of each day
with

    earlier_stages as (select * from {{ ref("earlier_stages") }}),

    moved_lead_spells as (select * from {{ ref("moved_lead_spells") }}),

    as_of as (select * from {{ ref("as_of") }}),

    spells as (

        select lead_id, stage, previous_stage, spell_number, entered_on, left_on
        from moved_lead_spells
        union all
        select
            earlier_stages.lead_id,
            earlier_stages.effective_stage as stage,
            null as previous_stage,
            1 as spell_number,
            earlier_stages.valid_from as entered_on,
            earlier_stages.valid_to as left_on
        from earlier_stages
        left join
            moved_lead_spells on earlier_stages.lead_id = moved_lead_spells.lead_id
        where
            moved_lead_spells.lead_id is null
            and earlier_stages.effective_stage is not null
        union all
        select
            lead_decisions.lead_id,
            lead_decisions.effective_stage as stage,
            null as previous_stage,
            1 as spell_number,
            lead_decisions.as_of_date as entered_on,
            null as left_on
        from {{ ref("lead_decisions") }} as lead_decisions
        left join earlier_stages on lead_decisions.lead_id = earlier_stages.lead_id
        where earlier_stages.lead_id is null

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
