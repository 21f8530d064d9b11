-- on each list the parts add up to the priority, and nobody with less of it stands
-- higher; nobody is late whom no clock was seen to run for
with

    lead_work as (

        select
            *,
            lag(priority) over (
                partition by owner_team order by list_position
            ) as priority_above
        from {{ ref("lead_work") }}

    )

select lead_id, owner_team, list_position, priority, priority_above
from lead_work
where
    priority != signal_points + fresh_points + intent_points + handover_points
    or priority > priority_above
    or (is_late and waiting_since is null)
