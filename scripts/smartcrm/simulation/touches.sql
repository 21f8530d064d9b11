-- In the morning of a working day: each team does the top of its list of last night, as
-- far as its hands go, and the world answers.
create or replace table touches as
with

    capacities as (
        select arm, team, floor(hands * parameter('touches_per_day')) as capacity
        from hands
    ),

    due as (
        select
            standing.*,
            getvariable('day')
            + to_hours(8)
            + to_minutes(floor(480 * (place - 1) / capacity)::int) as now_at
        from lists
        join standing using (universe, lead_number)
        join capacities using (arm, team)
        where place <= capacity and standing.is_open
    ),

-- what the lead did since our last touch, and may still wait for an answer to
    unanswered as (
        select
            due.universe,
            due.lead_number,
            count(*) filter (points >= 15) as answers,
            count(*) filter (
                points >= 15
                and occurred_at >= now_at - to_hours(parameter('quick_hours')::int)
            ) as quick_answers,
            arg_max(signals.wave, occurred_at) as wave,
            arg_max(activity_type, (points, occurred_at)) as activity_type,
            arg_max(strength, (points, occurred_at)) as strength,
            arg_max(luck, (points, occurred_at)) as luck,
            arg_max(later_luck, (points, occurred_at)) as later_luck
        from due
        join signals using (world, lead_number)
        where
            points >= 10
            and occurred_at < now_at
            and occurred_at > coalesce(due.touched_at, timestamp '1900-01-01')
            and occurred_at >= now_at - to_days(parameter('timely_days')::int)
            and due.gone_at is null
        group by due.universe, due.lead_number
    ),

    latest as (
        select due.universe, due.lead_number, arg_max(signals.wave, occurred_at) as wave
        from due
        join signals using (world, lead_number)
        where
            points >= 10
            and occurred_at < now_at
            and occurred_at >= now_at - to_days(parameter('timely_days')::int)
            and due.gone_at is null
        group by due.universe, due.lead_number
    ),

    met as (
        select
            due.*,
            unanswered.activity_type as answered_type,
            unanswered.strength,
            unanswered.luck,
            unanswered.later_luck,
            coalesce(unanswered.answers, 0) as answers,
            coalesce(unanswered.quick_answers, 0) as quick_answers,
            coalesce(unanswered.wave, latest.wave) as wave,
            unanswered.lead_number is not null as is_answer,
            not is_answer and (
                latest.wave is null
                or coalesce(
                    due.touched_at > now_at - to_days(parameter('pester_days')::int),
                    false
                )
            ) as is_untimely,
            digest_of_touch(due.world, due.lead_number, due.touch_count) as digest
        from due
        left join unanswered using (universe, lead_number)
        left join latest using (universe, lead_number)
    ),

    tried as (
        select
            *,
            if(is_answer, answer_type_of(answered_type), 'call_made')::kind
            as activity_type,
            case
                when gone_at is not null
                then null
                when is_answer
                then result_type_of(answered_type, activity_type, strength, luck)
                when
                    draw(digest, 0) < if(
                        is_untimely,
                        parameter('untimely_talk_share'),
                        parameter('talk_share')
                    )
                then 'call_answered'
            end as comes_of_it
        from met
    )

select
    universe,
    arm,
    lead_number,
    lead_id,
    stage,
    if(wave > decided_wave, wave, null) as wave,
    answers,
    quick_answers,
    is_untimely,
    activity_type,
    now_at,
    if(comes_of_it in ('call_answered', 'meeting_held'), comes_of_it, null)::kind
    as result_type,
    result_at_of(result_type, now_at, coalesce(later_luck, 0)) as result_at,
    -- who bought elsewhere says so when asked; who is pestered wants to be left alone
    case
        when gone_at is not null
        then 'gone'
        when is_untimely and draw(digest, 1) < parameter('opt_out_share')
        then 'opted_out'
    end as left_as
from tried
;

insert into contacts
select
    universe,
    lead_number,
    wave,
    answers,
    quick_answers,
    result_type is not null,
    is_untimely,
    now_at
from touches
;

insert into activities
select universe, lead_number, lead_id, wave, activity_type, now_at
from touches
join arms using (arm)
where rules is not null
union all
select universe, lead_number, lead_id, wave, result_type, result_at
from touches
join arms using (arm)
where rules is not null and result_type is not null
;

update standing
set
    touch_count = standing.touch_count + 1,
    untimely_count = standing.untimely_count + touches.is_untimely::int,
    first_touched_at = coalesce(standing.first_touched_at, touches.now_at),
    touched_at = touches.now_at,
    is_open = touches.left_as is null,
    closed_on = if(touches.left_as is null, null, getvariable('day')),
    stage = if(touches.left_as is null, standing.stage, 'Disqualified'),
    fate = coalesce(standing.fate, touches.left_as)
from touches
where
    standing.universe = touches.universe and standing.lead_number = touches.lead_number
;

insert into moves
select universe, lead_number, lead_id, getvariable('day'), stage, 'Disqualified'
from touches
where left_as is not null
;
