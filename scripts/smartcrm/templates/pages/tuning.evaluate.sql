-- What the rules make of the setting in decision_context: the leads of today at SQL,
-- and those of the landmarks with what became of them.
insert into evaluated
with

    at_landmarks as (

        select
            outcomes.period,
            outcomes.lead_id,
            cast(count(*) filter (decided.simulated_stage = 'SQL') as double) as sqls,
            cast(
                count(*) filter (
                    decided.simulated_stage = 'SQL' and outcomes.is_won_within
                ) as double
            ) as caught,
            cast(count(*) filter (outcomes.is_won_within) as double) as won
        from outcomes
        inner join
            leads_with_stages_at_landmarks as decided
            on outcomes.landmark_id = decided.lead_id
        group by outcomes.period, outcomes.lead_id

    ),

    counted as (

        select
            period,
            sum(sqls) as row_count,
            sum(caught) as win_count,
            sum(won) as all_win_count,
            sum(caught) / nullif(sum(sqls), 0) as win_rate,
            effective_rows(sqls, caught) as win_rate_rows,
            sum(caught) / nullif(sum(won), 0) as caught_share,
            effective_rows(won, caught) as caught_rows,
            list(caught order by lead_id) filter (won > 0) as caught_by_lead
        from at_landmarks
        group by period

    )

select
    decision_context.sql_min_intent,
    decision_context.sql_max_quiet_days,
    counted.period,
    (select count(*) from leads where effective_stage = 'SQL') as lead_count,
    counted.* exclude (period)
from counted
cross join decision_context
;
