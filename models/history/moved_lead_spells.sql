-- one row per lead and spell, of the leads that were seen at one stage and then at
-- another, or away: an unbroken stay at one stage, by the last build of each day
with

    earlier_stages as (select * from {{ ref("earlier_stages") }}),

    -- one row per lead; who had left without a period for that stood nowhere
    stood_at as (

        select lead_id, effective_stage
        from earlier_stages
        where valid_to is null
        union all
        select ended.lead_id, null as effective_stage
        from
            (
                select distinct lead_id from earlier_stages where valid_to is not null
            ) as ended
        left join
            earlier_stages as standing
            on ended.lead_id = standing.lead_id
            and standing.valid_to is null
        where standing.lead_id is null

    ),

    moved_today as (

        select
            stood_at.lead_id, lead_decisions.effective_stage, lead_decisions.as_of_date
        from stood_at
        inner join
            {{ ref("lead_decisions") }} as lead_decisions
            on stood_at.lead_id = lead_decisions.lead_id
        where stood_at.effective_stage is distinct from lead_decisions.effective_stage

    ),

    -- most leads have one period, which is open, and need none of the windows
    moved_leads as (

        select lead_id
        from earlier_stages
        where valid_to is not null
        union
        select lead_id
        from moved_today

    ),

    periods as (

        select
            earlier_stages.lead_id,
            earlier_stages.effective_stage,
            earlier_stages.valid_from,
            coalesce(earlier_stages.valid_to, moved_today.as_of_date) as valid_to
        from earlier_stages
        inner join moved_leads on earlier_stages.lead_id = moved_leads.lead_id
        left join moved_today on earlier_stages.lead_id = moved_today.lead_id
        union all
        select lead_id, effective_stage, as_of_date as valid_from, null as valid_to
        from moved_today

    ),

    compared as (

        select
            *,
            lag(effective_stage) over (in_time) as previous_stage,
            lag(valid_to) over (in_time) as previous_end
        from periods
        window in_time as (partition by lead_id order by valid_from)

    ),

    -- while it is not in the export a lead stands nowhere: what follows is a new spell
    numbered as (

        select
            *,
            sum(
                case
                    when effective_stage = previous_stage and valid_from = previous_end
                    then 0
                    else 1
                end
            ) over (partition by lead_id order by valid_from) as spell_number
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
    lead_id,
    stage,
    lag(stage) over (partition by lead_id order by spell_number) as previous_stage,
    spell_number,
    entered_on,
    left_on
from spells
