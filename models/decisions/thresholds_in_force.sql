-- one row per number that the rules ask for, with the value in force: a candidate's,
-- else the ledger's, else the seed's
with

    rule_numbers as (select * from {{ ref("rule_numbers") }}),

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
    rule_numbers.threshold,
    overrides.override_id,
    overrides.logged_by,
    overrides.reason,
    rule_numbers.not_above,
    rule_numbers.unit,
    coalesce(candidates.value, overrides.new_number, rule_numbers.value) as value,
    rule_numbers.value as seed_value,
    overrides.logged_at
from rule_numbers
left join overrides on rule_numbers.threshold = overrides.target
left join candidates on rule_numbers.threshold = candidates.threshold
