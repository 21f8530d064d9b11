-- one row per stage rule, and per stage that leads can be held to have reached: how
-- many of the open leads at landmarks it flagged, and how many of those were won
-- within the horizon
with

    landmark_decisions as (select * from {{ ref("landmark_decisions") }}),

    lifecycle_stages as (

        select * from {{ ref("lifecycle_stages") }} where stage_order > 1

    ),

    flagged as (

        select
            'rule' as flagged_by,
            stage_rule as flag,
            simulated_stage as stage,
            stage_order,
            lead_id,
            is_won_within
        from landmark_decisions
        union all
        select
            'stage' as flagged_by,
            concat(lifecycle_stages.stage, ' or beyond') as flag,
            lifecycle_stages.stage,
            lifecycle_stages.stage_order,
            landmark_decisions.lead_id,
            landmark_decisions.is_won_within
        from landmark_decisions
        inner join
            lifecycle_stages
            on landmark_decisions.stage_order >= lifecycle_stages.stage_order

    ),

    -- a lead stands at several landmarks, which are no leads of their own
    by_lead as (

        select
            flagged_by,
            flag,
            stage,
            stage_order,
            lead_id,
            count(*) as flagged_count,
            count(case when is_won_within then 1 end) as win_count
        from flagged
        group by flagged_by, flag, stage, stage_order, lead_id

    ),

    rated as (

        select
            *,
            {{
                ratio(
                    "sum(win_count) over (partition by flagged_by, flag)",
                    "sum(flagged_count) over (partition by flagged_by, flag)",
                )
            }} as win_rate
        from by_lead

    ),

    counted as (

        select
            flagged_by,
            flag,
            stage,
            stage_order,
            win_rate,
            sum(flagged_count) as flagged_count,
            count(*) as lead_count,
            sum(win_count) as win_count,
            count(case when win_count > 0 then 1 end) as won_lead_count,
            {{ effective_count("flagged_count", "win_count", "win_rate") }}
            as effective_count
        from rated
        group by flagged_by, flag, stage, stage_order, win_rate

    ),

    won_leads as (

        select lead_id, count(*) as won_count
        from landmark_decisions
        where is_won_within
        group by lead_id

    ),

    -- of what was won, each flag caught a part
    caught as (

        select
            flags.flagged_by,
            flags.flag,
            won_leads.won_count,
            coalesce(by_lead.win_count, 0) as caught_count
        from counted as flags
        cross join won_leads
        left join
            by_lead
            on flags.flagged_by = by_lead.flagged_by
            and flags.flag = by_lead.flag
            and won_leads.lead_id = by_lead.lead_id

    ),

    shared as (

        select
            *,
            {{
                ratio(
                    "sum(caught_count) over (partition by flagged_by, flag)",
                    "sum(won_count) over (partition by flagged_by, flag)",
                )
            }} as caught_share
        from caught

    ),

    sized as (

        select
            flagged_by,
            flag,
            caught_share,
            {{ effective_count("won_count", "caught_count", "caught_share") }}
            as effective_count
        from shared
        group by flagged_by, flag, caught_share

    ),

    everybody as (

        select
            count(*) as all_count,
            count(case when is_won_within then 1 end) as all_win_count,
            {{ ratio("count(case when is_won_within then 1 end)", "count(*)") }}
            as base_rate
        from landmark_decisions

    ),

    bounded as (

        select
            counted.*,
            everybody.all_win_count,
            everybody.base_rate,
            sized.caught_share
            {%- for rows, rate in [
                ("counted", "win_rate"),
                ("sized", "caught_share"),
            ] %}
                {%- for side in ["low", "high"] %}
                    ,
                    {{
                        wilson(
                            rate ~ " * " ~ rows ~ ".effective_count",
                            rows ~ ".effective_count",
                            side,
                        )
                    }} as {{ rate }}_{{ side }}
                {%- endfor %}
            {%- endfor %}
        from counted
        cross join everybody
        left join
            sized on counted.flagged_by = sized.flagged_by and counted.flag = sized.flag

    )

select
    flagged_by,
    flag,
    stage,
    cast(stage_order as {{ dbt.type_int() }}) as stage_order,
    cast(flagged_count as {{ dbt.type_bigint() }}) as flagged_count,
    cast(lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    cast(won_lead_count as {{ dbt.type_bigint() }}) as won_lead_count,
    cast(all_win_count - win_count as {{ dbt.type_bigint() }}) as missed_count,
    caught_share,
    {{ rounded("caught_share_low", 4) }} as caught_share_low,
    {{ rounded("caught_share_high", 4) }} as caught_share_high,
    win_rate,
    {{ rounded("win_rate_low", 4) }} as win_rate_low,
    {{ rounded("win_rate_high", 4) }} as win_rate_high,
    base_rate,
    {{ ratio("win_rate", "base_rate") }} as lift,
    {{ rounded(ratio("win_rate_low", "base_rate"), 2) }} as lift_low,
    {{ rounded(ratio("win_rate_high", "base_rate"), 2) }} as lift_high
from bounded
