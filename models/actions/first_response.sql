-- one row per team and per owner of leads that asked for an answer as SQLs within the
-- last horizon_days: how long it takes until they have one
{%- set horizon = horizon_days() %}
{%- set by_wait = "partition by list_kind, list_name order by seconds_waited" %}

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
            touches.occurred_at,
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

    -- whoever has no answer has waited for as long as activities are known: whether it
    -- will wait longer than others is not
    known_until as (

        select max(occurred_at) as known_until
        from {{ ref("stg_activities") }}
        where has_time_of_day

    ),

    -- what a team does now shows, and not how it was last year
    period as (

        select {{ days_later("as_of_date", "-" ~ horizon) }} as asked_from
        from {{ ref("as_of") }}

    ),

    waits as (

        select
            leads.effective_owner,
            answers.has_time_of_day as is_timed,
            case
                when coalesce(answers.has_time_of_day, true)
                then
                    {{
                        dbt.datediff(
                            "clocks.started_at",
                            "coalesce(answers.occurred_at, known_until.known_until)",
                            "second",
                        )
                    }}
            end as seconds_waited
        from clocks
        cross join known_until
        inner join {{ ref("leads") }} as leads on clocks.lead_id = leads.lead_id
        left join
            answers on clocks.lead_id = answers.lead_id and answers.answer_number = 1
        cross join period
        where cast(clocks.started_at as date) >= period.asked_from

    ),

    listed as (

        -- whoever has the lead by now, it was an SQL that waited
        select
            'team' as list_kind,
            lifecycle_stages.owner_team as list_name,
            waits.seconds_waited,
            waits.is_timed
        from waits
        cross join {{ ref("lifecycle_stages") }} as lifecycle_stages
        where lifecycle_stages.stage = 'SQL'
        union all
        select
            'owner' as list_kind,
            coalesce(effective_owner, 'Unassigned') as list_name,
            seconds_waited,
            is_timed
        from waits

    ),

    counted as (

        select
            list_kind,
            list_name,
            seconds_waited,
            count(*) as lead_count,
            count(seconds_waited) as left_count,
            count(case when is_timed then 1 end) as answered_count
        from listed
        group by list_kind, list_name, seconds_waited

    ),

    -- hours say too little where of many answers the time is not known
    lists as (

        select
            list_kind,
            list_name,
            {{ mostly_dated("sum(answered_count)", "sum(lead_count - left_count)") }}
            as is_timed
        from counted
        group by list_kind, list_name

    ),

    at_risk as (

        select
            *,
            sum(left_count) over (
                {{ by_wait }} rows between current row and unbounded following
            ) as at_risk_count
        from counted

    ),

    -- Kaplan and Meier: the share that still waits after so long, a product by its
    -- logarithms that a share of nobody has none of, and Greenwood's sum for its error
    still_waiting as (

        select
            *,
            {%- set share = ratio("answered_count", "at_risk_count") %}
            {{
                rounded(
                    "exp(sum(ln(greatest(1 - "
                    ~ share
                    ~ ", 1e-12))) over ("
                    ~ by_wait
                    ~ "))",
                    9,
                )
            }} as waiting_share,
            sum(
                {{
                    ratio(
                        "answered_count",
                        "(at_risk_count * (at_risk_count - answered_count))",
                    )
                }}
            ) over ({{ by_wait }}) as greenwood
        from at_risk

    ),

    -- log-log bounds; where all or none still wait there are none
    bounded as (

        select
            still_waiting.*,
            case
                when waiting_share > 0
                then
                    exp({{ z_95() }} * sqrt(greenwood) / nullif(- ln(waiting_share), 0))
            end as width,
            case
                when lists.is_timed then {{ rounded(ratio("seconds_waited", 3600), 2) }}
            end as hours
        from still_waiting
        inner join
            lists
            on still_waiting.list_kind = lists.list_kind
            and still_waiting.list_name = lists.list_name

    )

select
    list_kind,
    list_name,
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count,
    cast(sum(answered_count) as {{ dbt.type_bigint() }}) as answered_count,
    cast(sum(left_count - answered_count) as {{ dbt.type_bigint() }}) as waiting_count,
    cast(sum(lead_count - left_count) as {{ dbt.type_bigint() }}) as untimed_count,
    min(case when waiting_share <= 0.5 then hours end) as median_hours,
    -- of fewer than six even the fastest and the slowest are too close for 95 %, and
    -- the upper bound of the share that waits never falls to a half
    case
        when sum(left_count) >= 6
        then
            min(
                case
                    when waiting_share <= 0.5 or power(waiting_share, width) <= 0.5
                    then hours
                end
            )
    end as median_hours_low,
    min(
        case when power(waiting_share, 1 / width) <= 0.5 then hours end
    ) as median_hours_high,
    -- of fewer than ten it would be the slowest of all
    case
        when sum(left_count) >= 10
        then min(case when waiting_share <= 0.1 then hours end)
    end as p90_hours,
    period.asked_from
from bounded
cross join period
group by list_kind, list_name, period.asked_from
