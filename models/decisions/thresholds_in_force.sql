-- one row per threshold, with the value in force: a candidate's, else the ledger's,
-- else the seed's
with

    thresholds as (select * from {{ ref("thresholds") }}),

    overrides as (

        select *
        from {{ ref("stg_logic_overrides") }}
        where target_kind = 'threshold' and is_in_force

    ),

    candidates as (
        {% for threshold, value in var("what_if").items() %}
            select
                {{ text_literal(threshold) }} as threshold, {{ value | int }} as value
            union all
        {% endfor %}
        select
            cast(null as {{ dbt.type_string() }}) as threshold,
            cast(null as {{ dbt.type_int() }}) as value

    )

select
    thresholds.threshold,
    overrides.override_id,
    overrides.logged_by,
    overrides.reason,
    thresholds.not_above,
    thresholds.unit,
    coalesce(candidates.value, overrides.new_number, thresholds.value) as value,
    thresholds.value as seed_value,
    overrides.logged_at
from thresholds
left join overrides on thresholds.threshold = overrides.target
left join candidates on thresholds.threshold = candidates.threshold
