-- one row per lead at a landmark and activity that counts: what it added to the lead's
-- intent by then
{{
    at_landmarks(
        "intent_receipts",
        ["stg_activities"],
        ["activity_types", "thresholds_in_force", "as_of"],
    )
}}
