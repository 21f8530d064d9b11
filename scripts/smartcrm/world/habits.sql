-- What the office of the sample does by habit, whoever the lead is, and what comes of
-- it: most of what asks for an answer gets one, within days.
-- one row per thing a lead did that was answered
create or replace table contacts as
with

    answered as (
        select
            *,
            in_office_hours(
                occurred_at + to_minutes(
                    10
                    + floor(
                        5000 * draw(digest, 6) * draw(digest, 6) * draw(digest, 6)
                    )::int
                )
            ) as answered_at,
            answer_type_of(activity_type)::kind as answer_type
        from signals
        where
            draw(digest, 5) < case
                when needs_answer
                then parameter('habit_answers_share')
                when points >= 10
                then 0.3
                else 0.02
            end
    ),

    followed as (
        select
            *,
            result_type_of(activity_type, answer_type, strength, draw(digest, 7))::kind
            as result_type
        from answered
    )

select
    lead_number,
    wave,
    nth,
    answer_type,
    answered_at,
    result_type,
    result_at_of(result_type, answered_at, draw(digest, 6)) as result_at
from followed
;

-- one row per lead that decided: for us, against us, or for another
create or replace table outcomes as
with

    courted as (
        select
            lead_number,
            wave,
            sum(points) as wave_points,
            count(answered_at) filter (where points >= 15) as answers,
            count(answered_at) filter (
                where
                    points >= 15
                    and answered_at
                    <= occurred_at + to_hours(parameter('quick_hours')::int)
            ) as quick_answers,
            count(*) filter (where result_type in ('meeting_held', 'call_answered'))
                as talks,
            max(greatest(occurred_at, coalesce(answered_at, occurred_at))) as last_at
        from signals
        left join contacts using (lead_number, wave, nth)
        group by lead_number, wave
    ),

    decided as (
        select
            lead_number,
            -- by habit nobody is called out of season
            fate_of(
                meant_points_of(wave_points, meant_draw),
                answers,
                win_odds_of(talks, quick_answers, 0),
                fit,
                win_draw,
                loss_draw
            ) as fate,
            in_office_hours(last_at + decision_time_of(decision_draw)) as closed_at
        from courted
        join waves using (lead_number, wave)
        join people using (lead_number)
    )

select lead_number, arg_min(fate, closed_at) as fate, min(closed_at) as closed_at
from decided
where fate is not null and closed_at < getvariable('end_at')
group by lead_number
;
