-- a rule that no lead meets today may have been met on days of the past
select stage_rule
from {{ ref("landmark_decisions") }}
where
    simulated_stage is null
    and
    {{
        stop_with(
            "concat('seeds/decision_rules.csv has no row for ''', stage_rule, ''', a rule of stage: add it, or correct its line in models/decisions')"
        )
    }}
