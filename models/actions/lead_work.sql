-- one row per lead that needs someone: its place on its team's list, and the parts that
-- its priority is the sum of; team_worklist adds the words
with

    leads_with_work as (

        select * from {{ ref("leads_with_work") }} where work != 'Wait'

    ),

    decision_context as (select * from {{ ref("decision_context") }}),

    measured as (

        select
            leads_with_work.*,
            {%- for name in threshold_names() if name.startswith("work_") %}
                decision_context.{{ name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from leads_with_work
        cross join decision_context

    ),

    scored as (

        select
            *,
            -- what happened today counts in full, and less with each day
            {%- for part, points, age_days in [
                ("signal_points", "work_signal_points", "days_unanswered"),
                ("fresh_points", "work_fresh_points", "days_since_engaged"),
            ] %}
                {%- set faded -%}
                    {{ points }}
                    * greatest(work_fade_days - {{ age_days }}, 0)
                    / cast(work_fade_days as {{ type_double() }})
                {%- endset %}
                cast({{ rounded(faded) }} as {{ dbt.type_int() }}) as {{ part }},
            {%- endfor %}
            cast(
                {{ rounded("work_intent_points * coalesce(intent_score, 0) / 100.0") }}
                as {{ dbt.type_int() }}
            ) as intent_points,
            case
                when is_handed_over or work_rule = 'ask_sales'
                then work_handover_points
                else 0
            end as handover_points
        from measured

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by owner_team
                order by
                    signal_points + fresh_points + intent_points + handover_points desc,
                    unanswered_at desc nulls last,
                    last_engaged desc nulls last,
                    lead_id
            ) as list_position
        from scored

    )

select
    lead_id,
    owner_team,
    effective_stage,
    work_rule,
    handed_over_from,
    cast(list_position as {{ dbt.type_bigint() }}) as list_position,
    signal_points + fresh_points + intent_points + handover_points as priority,
    signal_points,
    fresh_points,
    intent_points,
    handover_points,
    is_late,
    waiting_since,
    due_on
from ranked
