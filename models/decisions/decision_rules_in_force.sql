-- one row per rule: its place among its decision's, and its words with the thresholds
-- in force filled in
with

    decision_rules as (

        select *, {{ file_order() }} as line_number from {{ ref("decision_rules") }}

    ),

    decision_context as (select * from {{ ref("decision_context") }})

select
    rule_id,
    decision,
    outcome,
    {{ fill_places("reason", threshold_names()) }} as reason,
    {{ fill_places("next_step", threshold_names()) }} as next_step,
    cast(
        row_number() over (
            partition by decision order by line_number
        ) as {{ dbt.type_int() }}
    ) as rule_order
from decision_rules
cross join decision_context
