-- What the rules make of the setting in decision_context: the leads of today at SQL,
-- and those of the landmarks with what became of them.
insert into evaluated
with

-- against today's: whom the setting adds and drops, and whom today's leaves out
    decided as (

        select
            outcomes.period,
            outcomes.lead_id,
            outcomes.is_won_within as is_won,
            decided.simulated_stage = 'SQL' as is_sql,
            todays.is_sql as is_todays
        from outcomes
        inner join
            leads_with_stages_at_landmarks as decided
            on outcomes.landmark_id = decided.lead_id
        inner join todays on outcomes.landmark_id = todays.landmark_id

    ),

    by_lead as (

        select
            period,
            lead_id,
{%- for group, condition in {
    "sqls": "is_sql",
    "added": "is_sql and not is_todays",
    "dropped": "is_todays and not is_sql",
    "left_out": "not is_todays",
}.items() %}
                cast(count(*) filter ({{ condition }}) as double) as {{ group }},
                cast(
                    count(*) filter ({{ condition }} and is_won) as double
                ) as {{ group }}_won,
{%- endfor %}
            cast(count(*) filter (is_won) as double) as won
        from decided
        group by period, lead_id

    ),

    totals as (

        select
            period,
            greatest(sum(added) - sum(dropped), 0) as more_count,
            sum(left_out_won) / nullif(sum(left_out), 0) as left_out_win_rate,
            more_count / nullif(sum(left_out), 0) as more_share
        from by_lead
        group by period

    ),

-- what each lead has to do with how many more wins are caught than as many others of
-- those left out would bring; their own rate is only known from these leads
    gains as (

        select
            by_lead.*,
            added_won
            - dropped_won
            - case
                when totals.more_count > 0
                then
                    totals.left_out_win_rate * (added - dropped)
                    + totals.more_share
                    * (left_out_won - totals.left_out_win_rate * left_out)
                else 0
            end as gain
        from by_lead
        inner join totals using (period)

    ),

    counted as (

        select
            period,
            sum(sqls) as row_count,
            sum(sqls_won) as win_count,
            sum(won) as all_win_count,
            count(*) filter (sqls_won > 0) as caught_lead_count,
            count(*) filter (won > 0) as won_lead_count,
            sum(sqls_won) / nullif(sum(sqls), 0) as win_rate,
            effective_rows(sqls, sqls_won) as win_rate_rows,
            sum(sqls_won) / nullif(sum(won), 0) as caught_share,
            effective_rows(won, sqls_won) as caught_rows,
            sum(added) as added_count,
            sum(added_won) as added_win_count,
            effective_rows(added, added_won) as added_rows,
            sum(dropped) as dropped_count,
            sum(dropped_won) as dropped_win_count,
            sum(left_out) as left_out_count,
            sum(left_out_won) as left_out_win_count,
            sum(gain) as gain,
            sqrt(sum(gain * gain)) as gain_error
        from gains
        group by period

    )

select
    decision_context.sql_min_intent,
    decision_context.sql_max_quiet_days,
    counted.period,
    -- where the stage is decided, since leads knows more than is asked here
    (
        select count(*) from leads_with_nurture_tracks where effective_stage = 'SQL'
    ) as lead_count,
    counted.* exclude (period)
from counted
cross join decision_context
;
