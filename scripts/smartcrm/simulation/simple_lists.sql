-- At night, without rules: who is called by other policies, one list for all hands, but
-- for the CRM's own stage, whose lists are those of the teams.
create or replace temp view callable as
select standing.*, arms.policy
from standing
join arms using (arm)
where
    standing.is_open
    and standing.created_on <= getvariable('day')
    and (
        standing.touched_at is null
        or standing.asked_at > standing.touched_at
        -- who has not stirred since is left alone
        or (
            standing.touched_at
            < getvariable('day') + 1 - to_days(parameter('rest_days')::int)
            and standing.signalled_at
            > getvariable('day') + 1 - to_days(parameter('timely_days')::int)
        )
    )
;

insert into lists
select
    universe,
    lead_number,
    coalesce(owner_team, 'All hands'),
    row_number() over (
        partition by universe, coalesce(owner_team, 'All hands')
        order by
            case
                when policy = 'newest'
                then date_diff('day', date '2000-01-01', created_on)
                when policy = 'intent'
                then activity_intent
                when policy = 'random'
                then draw(digest_of_day(world, lead_number), 0)
            end desc nulls last,
            -- who asked last, then who has waited longest
            if(
                policy in ('crm', 'asked')
                and callable.asked_at
                > coalesce(callable.touched_at, timestamp '1900-01-01'),
                callable.asked_at,
                null
            ) desc nulls last,
            callable.touched_at nulls first,
            lead_number
    )
from callable
left join stages_owned on callable.policy = 'crm' and callable.stage = stages_owned.stage
left join
    SIGNALS as lead_signals
    on callable.policy = 'intent'
    and callable.lead_id = lead_signals.lead_id
where policy in ('asked', 'newest', 'intent', 'random', 'crm')
;
