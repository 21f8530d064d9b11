-- one row per lead at a landmark: the stage that the rules in force would have given it
-- by what was known then
{{
    at_landmarks(
        "leads_with_stages",
        ["stg_leads", "lead_signals"],
        ["decision_context", "lifecycle_stages", "decision_rules_in_force"],
    )
}}
