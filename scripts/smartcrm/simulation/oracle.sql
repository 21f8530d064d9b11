-- At night, for the policy oracle: who knows the truth calls where a call adds most to
-- the chance to win.
insert into lists
with

    serious as (
        -- the wave that a lead is in, if it is about to buy from someone
        select
            standing.*,
            waves.wave,
            waves.strength,
            coalesce(courted.answers, 0) as answers,
            coalesce(courted.quick_answers, 0) as quick_answers,
            coalesce(courted.talks, 0) as talks
        from standing
        join arms using (arm)
        join waves using (world, lead_number)
        left join courted using (universe, lead_number, wave)
        where
            arms.policy = 'oracle'
            and standing.is_open
            and standing.gone_at is null
            and waves.wave > standing.decided_wave
            and waves.first_at < getvariable('day') + 1
            and waves.meant_points >= parameter('serious_points')
    ),

    waiting as (
        select
            serious.universe,
            serious.lead_number,
            serious.wave,
            count(*) filter (points >= 15) as new_answers,
            count(*) filter (
                points >= 15
                and occurred_at
                >= getvariable('day')
                + 1
                + to_hours(8)
                - to_hours(parameter('quick_hours')::int)
            ) as new_quick_answers,
            arg_max(activity_type, (points, occurred_at)) as activity_type,
            max(occurred_at) as asked_at
        from serious
        join signals using (world, lead_number, wave)
        where
            points >= 10
            and occurred_at < getvariable('day') + 1
            and occurred_at > coalesce(serious.touched_at, timestamp '1900-01-01')
            and occurred_at
            >= getvariable('day') + 1 - to_days(parameter('timely_days')::int)
        group by serious.universe, serious.lead_number, serious.wave
    ),

    weighed as (
        select
            serious.*,
            coalesce(new_answers, 0) as new_answers,
            win_odds_of(talks, quick_answers, untimely_count) as odds,
            win_odds_of(
                talks + case
                    when waiting.lead_number is null
                    then
                        if(
                            touched_at
                            > getvariable('day')
                            + 1
                            - to_days(parameter('pester_days')::int)
                            or coalesce(signalled_at, timestamp '1900-01-01')
                            < getvariable('day')
                            + 1
                            - to_days(parameter('timely_days')::int),
                            0,
                            parameter('talk_share')
                        )
                    when answer_type_of(waiting.activity_type) = 'call_made'
                    then parameter('talk_share')
                    when
                        answer_type_of(waiting.activity_type) = 'meeting_proposed'
                        or waiting.activity_type = 'meeting_booked'
                    then
                        parameter('meeting_share')
                        + parameter('meeting_by_strength') * strength
                    else 0
                end,
                quick_answers + coalesce(new_quick_answers, 0),
                untimely_count
            ) as new_odds,
            -- without an answer all else is for nothing
            if(answers + coalesce(new_answers, 0) > 0, new_odds, 0)
            - if(answers > 0, odds, 0) as gain
        from serious
        left join waiting using (universe, lead_number, wave)
    )

select
    universe,
    lead_number,
    'All hands',
    row_number() over (partition by universe order by max(gain) desc, lead_number)
from weighed
where gain > 0
group by universe, lead_number
;
