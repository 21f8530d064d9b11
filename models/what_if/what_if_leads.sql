-- one row per lead that the last build and the candidate both have, as each decides it
with

    lists_before as (select * from {{ last_build("lead_work") }}),

    lists_after as (select * from {{ ref("lead_work") }}),

    {%- for decided, relation in [
        ("before", last_build("leads")),
        ("after", ref("leads")),
    ] %}

        {{ decided }} as (

            select
                lead_id,
                coalesce(effective_stage, 'Undecided') as stage,
                stage_rule,
                coalesce(
                    effective_stage_reason,
                    concat('decision_rules has no row ', stage_rule)
                ) as stage_reason,
                coalesce(engagement_health, 'Undecided') as health,
                health_rule,
                coalesce(
                    health_reason, concat('decision_rules has no row ', health_rule)
                ) as health_reason,
                coalesce(effective_track, 'Undecided') as track,
                track_rule,
                coalesce(
                    effective_track_reason,
                    concat('decision_rules has no row ', track_rule)
                ) as track_reason,
                coalesce(work, 'Undecided') as work,
                work_rule,
                coalesce(
                    work_reason, concat('decision_rules has no row ', work_rule)
                ) as work_reason,
                coalesce(owner_team, 'Unassigned') as owner_team,
                coalesce(effective_owner, 'Unassigned') as owner,
                record_url,
                due_on
            from {{ relation }}

        ),
    {%- endfor %}

    compared as (

        select
            after.lead_id,
            -- a candidate is built without the settings of the last build
            before.record_url,
            {%- for column in [
                "stage",
                "stage_rule",
                "stage_reason",
                "health",
                "health_rule",
                "health_reason",
                "track",
                "track_rule",
                "track_reason",
                "work",
                "work_rule",
                "work_reason",
                "owner_team",
                "owner",
            ] %}
                before.{{ column }} as {{ column }}_before,
                after.{{ column }} as {{ column }}_after,
            {%- endfor %}
            before.stage != after.stage as is_stage_moved,
            before.health != after.health as is_health_moved,
            before.track != after.track as is_track_moved,
            before.work != after.work as is_work_moved,
            before.owner != after.owner as is_owner_moved,
            before.due_on is distinct from after.due_on as is_due_moved,
            -- who waits is on no list
            coalesce(
                lists_before.priority != lists_after.priority, false
            ) as is_priority_moved
        from before
        inner join after on before.lead_id = after.lead_id
        left join lists_before on before.lead_id = lists_before.lead_id
        left join lists_after on after.lead_id = lists_after.lead_id

    )

select
    *, is_stage_moved or is_health_moved or is_track_moved or is_work_moved as is_moved
from compared
