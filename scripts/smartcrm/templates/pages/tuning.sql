-- What the settings come to, one temporary relation per part of the report.
create temp table measured as
select
    evaluated.*,
    settings.is_today,
    evaluated.added_win_count / nullif(evaluated.added_count, 0) as added_win_rate,
    wilson(added_win_rate, evaluated.added_rows, -1) as added_win_rate_low,
    wilson(added_win_rate, evaluated.added_rows, 1) as added_win_rate_high,
    evaluated.dropped_win_count
    / nullif(evaluated.dropped_count, 0) as dropped_win_rate,
    evaluated.left_out_win_count
    / nullif(evaluated.left_out_count, 0) as left_out_win_rate,
    7 * evaluated.lead_count / team.touch_every_days as calls_per_week,
    7 * evaluated.lead_count / team.touch_every_days / team.rep_count as calls_per_rep,
    wilson(win_rate, win_rate_rows, -1) as win_rate_low,
    wilson(win_rate, win_rate_rows, 1) as win_rate_high,
    wilson(caught_share, caught_rows, -1) as caught_share_low,
    wilson(caught_share, caught_rows, 1) as caught_share_high,
    -- as many calls as are shown
    round(calls_per_rep, 1) <= capacity.most_calls as is_within,
    -- whoever adds leads catches wins, whichever they are: those that are added have to
    -- bring more than is dropped, and than as many others that today's leaves out
    -- would. The best of many settings is further out than one that nobody has chosen;
    -- as it is the one that catches most, by no more than the better of two is: 2.24
    -- standard errors of one are 1.96 of two (Bonferroni's correction)
    coalesce(
        evaluated.gain > 2.241402727604947 * evaluated.gain_error, false
    ) as is_beyond_chance,
    -- most wins first, then fewest calls; of equals the one that changes least
    row_number() over (
        partition by period, is_within
        order by
            evaluated.win_count desc,
            evaluated.lead_count,
            settings.is_today desc,
            evaluated.sql_min_intent desc,
            evaluated.sql_max_quiet_days
    ) = 1
    and is_within as is_best
from evaluated
inner join settings using (sql_min_intent, sql_max_quiet_days)
cross join team
cross join capacity
;

create temp view part_settings as
with

    overall as (select * from measured where period = 'all'),

-- of settings that come to the same, one
    ranked as (

        select
            *,
            row_number() over (
                partition by win_count, lead_count
                order by
                    is_best desc,
                    is_today desc,
                    sql_min_intent desc,
                    sql_max_quiet_days
            ) as place
        from overall

    )

select
    ranked.* exclude (period, place),
    ranked.row_count / (select count(*) from landmarks) as mean_count,
    ranked.place = 1
    and not exists (
        select 1
        from overall as other
        where
            other.win_count >= ranked.win_count
            and other.lead_count <= ranked.lead_count
            and (
                other.win_count > ranked.win_count
                or other.lead_count < ranked.lead_count
            )
    ) as is_on_frontier
from ranked
order by lead_count, win_count, sql_min_intent desc, sql_max_quiet_days
;

-- chosen by the older landmarks alone, and today's, on the newer ones
create temp view part_newer as
select newer.*, older.is_best as is_chosen
from measured as newer
inner join
    measured as older using (sql_min_intent, sql_max_quiet_days)
where
    newer.period = 'newer'
    and older.period = 'older'
    and older.all_win_count > 0
    and newer.all_win_count > 0
    and (older.is_best or newer.is_today)
order by older.is_best desc
;

create temp view part_facts as
select
    current_build.leads_from,
    decision_context.as_of_date,
    team.rep_count,
    team.touch_every_days,
    capacity.most_calls as capacity,
    days.*,
    (select count(*) from landmark_leads) as row_count,
    (
        select count(*) from landmark_decisions where intent_score is not null
    ) as scored_count,
    (select count(distinct lead_id) from landmark_leads) as past_lead_count,
    (select count(*) from landmark_leads where is_won_within) as all_win_count,
    (
        select count(distinct lead_id) from landmark_leads where is_won_within
    ) as won_lead_count,
    (select count(*) from settings) as setting_count,
    (select min(sql_min_intent) from settings) as least_intent,
    (select max(sql_min_intent) from settings) as most_intent,
    (select min(sql_max_quiet_days) from settings) as least_days,
    (select max(sql_max_quiet_days) from settings) as most_days
from current_build
cross join decision_context
cross join team
cross join capacity
cross join
    (
        select
            count(*) as landmark_count,
            min(days_ago) as horizon_days,
            max(landmark_on) filter (is_learned_before) as older_until,
            min(landmark_on) filter (is_judged) as newer_from
        from landmarks
    ) as days
;

{% include "scores.sql" %}
