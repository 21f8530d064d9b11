-- The settings to try, and what became of the leads that they are tried on.
create temp table settings as
with

    candidates as (

        select 'sql_min_intent' as threshold, cast(range as integer) as value
        from range(0, 101, 5)
        union all
        select 'sql_max_quiet_days' as threshold, unnest([7, 14, 21, 30, 45, 60, 90])
        union
        select threshold, value
        from thresholds_in_force

    ),

    allowed as (

        select candidates.*
        from candidates
        inner join rule_numbers using (threshold)
        where
            candidates.value
            between rule_numbers.min_value and rule_numbers.max_value

    ),

    pairs as (

        select
            intents.value as sql_min_intent,
            quiet_days.value as sql_max_quiet_days,
            map {
                'sql_min_intent': intents.value, 'sql_max_quiet_days': quiet_days.value
            } as swept
        from allowed as intents
        cross join allowed as quiet_days
        where
            intents.threshold = 'sql_min_intent'
            and quiet_days.threshold = 'sql_max_quiet_days'

    ),

-- a setting that the order of the thresholds forbids could not be logged
    forbidden as (

        select distinct pairs.sql_min_intent, pairs.sql_max_quiet_days
        from pairs
        cross join thresholds_in_force as lower
        inner join
            thresholds_in_force as upper on lower.not_above = upper.threshold
        where
            coalesce(pairs.swept[lower.threshold], lower.value)
            > coalesce(pairs.swept[upper.threshold], upper.value)

    )

select
    pairs.sql_min_intent,
    pairs.sql_max_quiet_days,
    pairs.sql_min_intent = decision_context.sql_min_intent
    and pairs.sql_max_quiet_days = decision_context.sql_max_quiet_days as is_today
from pairs
anti join forbidden using (sql_min_intent, sql_max_quiet_days)
cross join decision_context
order by pairs.sql_min_intent, pairs.sql_max_quiet_days
;

create temp table outcomes as
select
    landmark_leads.landmark_id,
    landmark_leads.lead_id,
    landmark_leads.is_won_within,
    periods.period
from landmark_leads
inner join landmarks using (nth)
cross join (select unnest(['all', 'older', 'newer']) as period) as periods
where
    periods.period = 'all'
    or (periods.period = 'older' and landmarks.is_learned_before)
    or (periods.period = 'newer' and landmarks.is_judged)
;

-- whom the setting in force has at SQL on a day of the past
create temp table todays as
select lead_id as landmark_id, simulated_stage = 'SQL' as is_sql
from leads_with_stages_at_landmarks
;

-- how much a rep has to do with the leads of today
create temp table team as
select
    (
        -- a CRM may name nobody so
        select count(distinct nullif(effective_owner, 'Unassigned'))
        from leads
        where effective_stage = 'SQL'
    ) as rep_count,
    (
        select nullif(touch_every_days, 0)
        from service_levels_in_force
        where stage = 'SQL'
    ) as touch_every_days
;

create temp table evaluated (
    sql_min_intent integer,
    sql_max_quiet_days integer,
    period varchar,
    lead_count bigint,
    row_count bigint,
    win_count bigint,
    all_win_count bigint,
    caught_lead_count bigint,
    won_lead_count bigint,
    win_rate double,
    win_rate_rows double,
    caught_share double,
    caught_rows double,
    added_count bigint,
    added_win_count bigint,
    added_rows double,
    dropped_count bigint,
    dropped_win_count bigint,
    left_out_count bigint,
    left_out_win_count bigint,
    gain double,
    gain_error double
)
;

-- How many independent rows the rows of leads are worth, and the ends of Wilson's
-- interval: as in macros/rules/effective_count.sql and wilson.sql.
create temp macro effective_rows(whole, part) as
least(
    greatest(
        coalesce(
            sum(part) * (sum(whole) - sum(part)) * sum(whole) * sum(whole)
            / nullif(
                sum(whole) * sum(whole) * sum(part * part)
                - 2 * sum(whole) * sum(part) * sum(part * whole)
                + sum(part) * sum(part) * sum(whole * whole),
                0
            ),
            0
        ),
        case
            when sum(part) > 0 and sum(part) < sum(whole)
            then 1
            else count(nullif(whole, 0))
        end
    ),
    sum(whole)
)
;

create temp macro wilson(share, whole, side) as
(
    share * whole
    + power(1.959963984540054, 2) / 2
    + side * 1.959963984540054 * sqrt(
        share * whole * (1 - share) + power(1.959963984540054, 2) / 4
    )
)
/ (whole + power(1.959963984540054, 2))
;
