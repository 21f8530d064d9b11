-- one row per ledger entry: how many leads moved to another stage when it took effect
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

    -- a lead whose only row has not ended has not moved
    changed_leads as (

        select distinct lead_id from lead_history where valid_to is not null

    ),

    compared as (

        select
            lead_history.*,
            lag(effective_stage) over (in_time) as previous_stage,
            lag(override_id) over (in_time) as previous_override_id,
            lag(funnel_stage) over (in_time) as previous_funnel_stage,
            lag(intent_score) over (in_time) as previous_intent_score,
            lag(last_engaged) over (in_time) as previous_last_engaged
        from lead_history
        inner join changed_leads on lead_history.lead_id = changed_leads.lead_id
        window
            in_time as (
                partition by lead_history.lead_id
                order by
                    valid_from,
                    coalesce(valid_to, date '9999-12-31'),
                    rules_override_id nulls last
            )

    ),

    -- a lead whose own data changed moved by itself, whatever the rules did
    moves as (

        select
            compared.lead_id,
            case
                when compared.override_id is distinct from compared.previous_override_id
                then compared.override_id
                when
                    compared.rules_override_id > builds.earlier_rules_override_id
                    and compared.funnel_stage
                    is not distinct from compared.previous_funnel_stage
                    and compared.intent_score
                    is not distinct from compared.previous_intent_score
                    and compared.last_engaged
                    is not distinct from compared.previous_last_engaged
                then compared.rules_override_id
            end as override_id
        from compared
        inner join
            builds
            on compared.valid_from = builds.valid_from
            and compared.rules_override_id is not distinct from builds.rules_override_id
        where compared.effective_stage != compared.previous_stage

    ),

    counted as (

        select override_id, count(distinct lead_id) as moved_count
        from moves
        group by override_id

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
    coalesce(counted.moved_count, 0) as moved_count,
    stg_logic_overrides.is_in_force,
    stg_logic_overrides.logged_at
from stg_logic_overrides
left join counted on stg_logic_overrides.override_id = counted.override_id
where stg_logic_overrides.fault is null
