-- one row per lead: the day it reached each stage or was lost, and where each of these
-- days is known from; nothing where no day is known
{%- set milestones = ["mql", "sql", "customer", "lost"] %}

with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    lead_overrides as (select * from {{ ref("lead_overrides") }}),

    lifecycle_stages as (

        select
            stage,
            stage_order,
            case when outcome = 'lost' then 'lost' else lower(stage) end as milestone,
            outcome
        from {{ ref("lifecycle_stages") }}

    ),

    as_of as (select * from {{ ref("as_of") }}),

    moved_lead_spells as (select * from {{ ref("moved_lead_spells") }}),

    first_spells as (

        select moved_lead_spells.lead_id, lifecycle_stages.stage_order
        from moved_lead_spells
        inner join lifecycle_stages on moved_lead_spells.stage = lifecycle_stages.stage
        where moved_lead_spells.spell_number = 1

    ),

    entries as (

        select
            lead_id,
            stage,
            cast(entered_at as date) as reached_on,
            cast(null as date) as left_on,
            entered_at as reached_at,
            'crm' as known_from
        from {{ ref("stg_stage_changes") }}
        union all
        -- the first spell we know of says when the history began, not when the lead
        -- came; and who was away and is back where it stood has not moved
        select
            lead_id,
            stage,
            entered_on as reached_on,
            left_on,
            cast(entered_on as {{ dbt.type_timestamp() }}) as reached_at,
            'history' as known_from
        from moved_lead_spells
        where previous_stage != stage

    ),

    -- stays during which the CRM said so, too; else only a person did
    on_record as (

        select distinct
            moved_lead_spells.lead_id,
            moved_lead_spells.stage,
            moved_lead_spells.entered_on
        from moved_lead_spells
        inner join lifecycle_stages on moved_lead_spells.stage = lifecycle_stages.stage
        cross join as_of
        inner join
            {{ ref("lead_history") }} as lead_history
            on moved_lead_spells.lead_id = lead_history.lead_id
            and moved_lead_spells.stage = lead_history.funnel_stage
        where
            lifecycle_stages.outcome is not null
            -- what only an earlier build of the same day said has no length
            and coalesce(lead_history.valid_to > lead_history.valid_from, true)
            and coalesce(lead_history.valid_to > moved_lead_spells.entered_on, true)
            and lead_history.valid_from <= as_of.as_of_date
            and coalesce(lead_history.valid_from < moved_lead_spells.left_on, true)

    ),

    -- what the CRM, or a person, says today decides whether a lead is won or lost
    standing as (

        select
            stg_leads.lead_id,
            stg_leads.created_at,
            coalesce(lifecycle_stages.outcome, 'open') as outcome
        from stg_leads
        left join lead_overrides on stg_leads.lead_id = lead_overrides.lead_id
        left join
            lifecycle_stages
            on coalesce(lead_overrides.stage, stg_leads.funnel_stage)
            = lifecycle_stages.stage

    ),

    seen as (

        select
            entries.lead_id,
            standing.outcome,
            lifecycle_stages.milestone,
            lifecycle_stages.outcome as outcome_of_milestone,
            entries.known_from,
            entries.reached_on,
            -- where the history began with a lead it had come on a day that nobody
            -- knows: it only came back there, or to what is before
            coalesce(
                entries.known_from = 'history'
                and lifecycle_stages.stage_order <= first_spells.stage_order,
                false
            ) as is_return,
            max(
                case
                    when lifecycle_stages.milestone != 'lost' then entries.reached_on
                end
            ) over later as last_open_on,
            min(
                case
                    when lifecycle_stages.milestone != 'customer'
                    then entries.reached_on
                end
            ) over later as next_other_on
        from entries
        inner join standing on entries.lead_id = standing.lead_id
        inner join lifecycle_stages on entries.stage = lifecycle_stages.stage
        left join first_spells on entries.lead_id = first_spells.lead_id
        left join
            on_record
            on entries.lead_id = on_record.lead_id
            and entries.stage = on_record.stage
            and entries.reached_on = on_record.entered_on
        cross join as_of
        where
            -- a replay of an earlier day knows nothing of later ones
            entries.reached_on <= as_of.as_of_date
            -- a person's decision that is not in force any more won or lost nobody
            and (
                entries.known_from = 'crm'
                or lifecycle_stages.outcome is null
                or (
                    lifecycle_stages.outcome = standing.outcome
                    and entries.left_on is null
                )
                or on_record.lead_id is not null
            )
        window
            -- of what has one moment, as a day has, the furthest comes last, and a loss
            -- behind it
            later as (
                partition by entries.lead_id
                order by
                    entries.reached_at,
                    lifecycle_stages.milestone = 'lost',
                    lifecycle_stages.stage_order
                rows between 1 following and unbounded following
            )

    ),

    -- a loss counts from when it stayed: a lead that was lost, won back and lost again
    -- was lost the second time. A win counts once it lasted a day, though the customer
    -- has left since; one that was taken back before, or that the CRM knows nothing of
    -- today though no change ended it, was none
    lasting as (

        select
            *,
            case
                milestone
                when 'customer'
                then
                    next_other_on > reached_on
                    or (next_other_on is null and outcome = 'won')
                when 'lost'
                then last_open_on is null
                else not is_return
            end as is_lasting
        from seen

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by lead_id, milestone
                order by
                    is_lasting desc,
                    case when is_lasting then reached_on end,
                    reached_on desc,
                    known_from
            ) as place,
            row_number() over (
                partition by lead_id order by reached_on, known_from
            ) as nth
        from lasting

    ),

    -- where nothing lasts, today's stage tells what holds, but not of a loss before a
    -- day on which the lead was open
    counted as (

        select
            *,
            place = 1
            and (
                (outcome_of_milestone is null and is_lasting)
                or (milestone = 'customer' and is_lasting)
                or (
                    outcome_of_milestone = outcome
                    and coalesce(last_open_on, reached_on) = reached_on
                )
            ) as is_counted
        from ranked

    ),

    reached as (

        select
            lead_id,
            {%- for milestone in milestones %}
                max(
                    case
                        when milestone = '{{ milestone }}' and is_counted
                        then known_from
                    end
                ) as {{ milestone }}_known_from,
                max(
                    case
                        when milestone = '{{ milestone }}' and is_counted
                        then reached_on
                    end
                ) as {{ milestone }}_on,
            {%- endfor %}
            max(case when nth = 1 then known_from end) as first_known_from,
            min(case when milestone = 'lead' then reached_on end) as first_lead_on,
            min(case when known_from = 'crm' then reached_on end) as first_change_on,
            min(reached_on) as first_on
        from counted
        group by lead_id

    ),

    -- who came when is not known of who was there at the first build, but that it was
    -- by then: a CRM may write over the day on which it was created
    first_builds as (

        select lead_id, min(valid_from) as seen_on
        from {{ ref("earlier_stages") }}
        where effective_stage is not null
        group by lead_id

    )

select
    standing.lead_id,
    case
        when
            standing.created_at <= coalesce(
                least(reached.first_on, first_builds.seen_on), standing.created_at
            )
        then 'created'
        when first_builds.seen_on < coalesce(reached.first_on, standing.created_at)
        then 'history'
        else reached.first_known_from
    end as lead_known_from,
    reached.mql_known_from,
    reached.sql_known_from,
    reached.customer_known_from,
    reached.lost_known_from,
    -- who was seen at any stage was a lead by then
    case
        when coalesce(standing.created_at, reached.first_on) is not null
        then least(standing.created_at, reached.first_on, first_builds.seen_on)
    end as lead_on,
    reached.mql_on,
    reached.sql_on,
    reached.customer_on,
    reached.lost_on,
    -- moved on before it was created: that day is one of a migration, and when the lead
    -- came nobody knows
    coalesce(
        reached.first_change_on < standing.created_at
        and coalesce(reached.first_lead_on > reached.first_change_on, true)
        and coalesce(first_builds.seen_on > reached.first_change_on, true),
        false
    ) as was_there_before
from standing
left join reached on standing.lead_id = reached.lead_id
left join first_builds on standing.lead_id = first_builds.lead_id
