-- one row per team and per owner of leads that asked for an answer as SQLs: how long it
-- takes until they have one
with

    activity_types as (select * from {{ ref("activity_types") }}),

    signals as (

        select stg_activities.lead_id, stg_activities.occurred_at
        from {{ ref("stg_activities") }} as stg_activities
        inner join
            activity_types
            on stg_activities.activity_type = activity_types.activity_type
        where
            activity_types.actor = 'lead'
            and activity_types.needs_answer
            and stg_activities.has_time_of_day

    ),

    touches as (

        select
            stg_activities.lead_id,
            stg_activities.occurred_at,
            stg_activities.has_time_of_day
        from {{ ref("stg_activities") }} as stg_activities
        inner join
            activity_types
            on stg_activities.activity_type = activity_types.activity_type
        where activity_types.actor in ('us', 'both')

    ),

    entries_to_sql as (

        select
            lead_id,
            entered_at,
            has_time_of_day,
            row_number() over (
                partition by lead_id order by entered_at, has_time_of_day
            ) as entry_number
        from {{ ref("stg_stage_changes") }}
        where stage = 'SQL'

    ),

    became_sql as (

        select lead_id, entered_at as became_sql_at
        from entries_to_sql
        where entry_number = 1 and has_time_of_day

    ),

    -- who went on or fell back is no SQL that waits
    stays_at_sql as (

        select
            became_sql.lead_id,
            became_sql.became_sql_at,
            min(stage_changes.entered_at) as left_sql_at
        from became_sql
        left join
            {{ ref("stg_stage_changes") }} as stage_changes
            on became_sql.lead_id = stage_changes.lead_id
            and stage_changes.stage != 'SQL'
            and stage_changes.entered_at > became_sql.became_sql_at
        group by became_sql.lead_id, became_sql.became_sql_at

    ),

    -- its newest signal before, and the first from then on
    nearest_signals as (

        select
            stays_at_sql.lead_id,
            stays_at_sql.became_sql_at,
            max(
                case
                    when signals.occurred_at < stays_at_sql.became_sql_at
                    then signals.occurred_at
                end
            ) as signal_before_at,
            min(
                case
                    when
                        signals.occurred_at >= stays_at_sql.became_sql_at
                        and (
                            stays_at_sql.left_sql_at is null
                            or signals.occurred_at < stays_at_sql.left_sql_at
                        )
                    then signals.occurred_at
                end
            ) as signal_after_at
        from stays_at_sql
        inner join signals on stays_at_sql.lead_id = signals.lead_id
        group by stays_at_sql.lead_id, stays_at_sql.became_sql_at

    ),

    -- a touch of which only the day is known may have come at any time of it
    answered_before as (

        select distinct nearest_signals.lead_id
        from nearest_signals
        inner join
            touches
            on nearest_signals.lead_id = touches.lead_id
            and touches.occurred_at < nearest_signals.became_sql_at
        where
            touches.occurred_at >= case
                when touches.has_time_of_day
                then nearest_signals.signal_before_at
                else {{ dbt.date_trunc("day", "nearest_signals.signal_before_at") }}
            end

    ),

    clocks as (

        select
            nearest_signals.lead_id,
            case
                when
                    nearest_signals.signal_before_at is not null
                    and answered_before.lead_id is null
                then nearest_signals.became_sql_at
                else nearest_signals.signal_after_at
            end as started_at
        from nearest_signals
        left join answered_before on nearest_signals.lead_id = answered_before.lead_id

    ),

    answers as (

        select
            clocks.lead_id,
            {{ dbt.datediff("clocks.started_at", "touches.occurred_at", "second") }}
            as seconds_waited,
            touches.has_time_of_day,
            row_number() over (
                partition by clocks.lead_id
                order by touches.occurred_at, touches.has_time_of_day
            ) as answer_number
        from clocks
        inner join touches on clocks.lead_id = touches.lead_id
        where
            touches.occurred_at >= case
                when touches.has_time_of_day
                then clocks.started_at
                else {{ dbt.date_trunc("day", "clocks.started_at") }}
            end

    ),

    waits as (

        select leads.effective_owner, clocks.lead_id, answers.seconds_waited
        from clocks
        inner join {{ ref("leads") }} as leads on clocks.lead_id = leads.lead_id
        left join
            answers on clocks.lead_id = answers.lead_id and answers.answer_number = 1
        where clocks.started_at is not null and coalesce(answers.has_time_of_day, true)

    ),

    listed as (

        -- whoever has the lead by now, it was an SQL that waited
        select
            'team' as list_kind,
            lifecycle_stages.owner_team as list_name,
            waits.seconds_waited
        from waits
        cross join {{ ref("lifecycle_stages") }} as lifecycle_stages
        where lifecycle_stages.stage = 'SQL'
        union all
        select
            'owner' as list_kind,
            coalesce(effective_owner, 'Unassigned') as list_name,
            seconds_waited
        from waits

    ),

    ranked as (

        select
            *,
            -- who still waits has waited longer than anyone who was answered
            row_number() over (
                partition by list_kind, list_name order by seconds_waited nulls last
            ) as place,
            count(*) over (partition by list_kind, list_name) as lead_count
        from listed

    )

select
    list_kind,
    list_name,
    count(*) as lead_count,
    count(seconds_waited) as answered_count,
    count(*) - count(seconds_waited) as waiting_count,
    {%- for name, share in {"median_hours": [1, 2], "p90_hours": [9, 10]}.items() %}
        -- the first place with at least {{ share | join("/") }} of the leads up to it
        max(
            case
                when
                    {{ share[1] }} * place >= {{ share[0] }} * lead_count
                    and {{ share[1] }} * (place - 1) < {{ share[0] }} * lead_count
                then {{ rounded(ratio("seconds_waited", 3600), 2) }}
            end
        ) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
from ranked
group by list_kind, list_name
