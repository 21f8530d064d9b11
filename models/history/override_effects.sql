-- one row per ledger entry: how many leads moved to another stage when it took effect;
-- null where that is not known, or not what it was about
{%- set own_columns = ["funnel_stage", "crm_intent_score", "last_engaged"] %}

with

    lead_history as (select * from {{ ref("lead_history") }}),

    stg_logic_overrides as (select * from {{ ref("stg_logic_overrides") }}),

    -- a build is known by its day and the newest rule entry then in force
    builds as (

        select
            valid_from,
            rules_override_id,
            lag(rules_override_id) over (
                order by valid_from, rules_override_id nulls last
            ) as earlier_rules_override_id
        from (select distinct valid_from, rules_override_id from lead_history) as known

    ),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    -- a lead whose only row has not ended has not moved
    changed_leads as (

        select distinct lead_id from lead_history where valid_to is not null

    ),

    compared as (

        select
            lead_history.*,
            lifecycle_stages.stage_order,
            lag(lifecycle_stages.stage_order) over (in_time) as previous_stage_order,
            {%- for column in own_columns + [
                "override_id",
                "intent_score",
                "leaves_stage_on",
            ] %}
                lag(lead_history.{{ column }}) over (in_time) as previous_{{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from lead_history
        inner join changed_leads on lead_history.lead_id = changed_leads.lead_id
        left join
            lifecycle_stages on lead_history.effective_stage = lifecycle_stages.stage
        window
            in_time as (
                partition by lead_history.lead_id
                order by
                    valid_from,
                    coalesce(valid_to, date '9999-12-31'),
                    rules_override_id nulls last
            )

    ),

    -- a lead whose own data changed moved by itself, whatever the rules did; and so did
    -- one that fell back when its stage was due to lapse, or, where no day is known, as
    -- its intent fell. Whoever goes on with no more intent than before does so by them
    moves as (

        select
            compared.lead_id,
            case
                when compared.override_id is distinct from compared.previous_override_id
                then compared.override_id
                when
                    compared.rules_override_id > builds.earlier_rules_override_id
                    {%- for column in own_columns %}
                        and compared.{{ column }}
                        is not distinct from compared.previous_{{ column }}
                    {%- endfor %}
                    and coalesce(
                        compared.intent_score <= compared.previous_intent_score, true
                    )
                    and (
                        compared.stage_order > compared.previous_stage_order
                        or compared.valid_from < compared.previous_leaves_stage_on
                        or (
                            compared.previous_leaves_stage_on is null
                            and compared.intent_score
                            is not distinct from compared.previous_intent_score
                        )
                    )
                then compared.rules_override_id
            end as override_id
        from compared
        inner join
            builds
            on compared.valid_from = builds.valid_from
            and compared.rules_override_id is not distinct from builds.rules_override_id
        where compared.stage_order != compared.previous_stage_order

    ),

    counted as (

        select override_id, count(distinct lead_id) as moved_count
        from moves
        group by override_id

    ),

    -- moves are known from the first one on that was not trimmed
    first_builds as (

        select
            coalesce(
                max(greatest(rules_override_id, override_id)), 0
            ) as newest_override_id
        from lead_history
        cross join
            (
                select
                    min(case when valid_to > valid_from then valid_to end) as moved_on
                from lead_history
            ) as first_moves
        where lead_history.valid_from < coalesce(moved_on, date '9999-12-31')

    )

select
    stg_logic_overrides.override_id,
    stg_logic_overrides.logged_by,
    stg_logic_overrides.target_kind,
    stg_logic_overrides.target,
    stg_logic_overrides.field,
    stg_logic_overrides.old_value,
    stg_logic_overrides.new_value,
    stg_logic_overrides.reason,
    case
        when counted.moved_count is not null
        then counted.moved_count
        -- owner and track are no stage, and an edit may have moved leads before it was
        -- logged
        when
            stg_logic_overrides.field in ('value', 'stage')
            and stg_logic_overrides.override_id > first_builds.newest_override_id
        then 0
    end as moved_count,
    stg_logic_overrides.is_in_force,
    stg_logic_overrides.logged_at
from stg_logic_overrides
cross join first_builds
left join counted on stg_logic_overrides.override_id = counted.override_id
where stg_logic_overrides.fault is null
