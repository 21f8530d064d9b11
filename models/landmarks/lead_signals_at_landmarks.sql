-- one row per lead at a landmark with activities: what it had done and asked by then,
-- and the intent that its activities showed
{{
    at_landmarks(
        "lead_signals",
        ["stg_activities", "intent_receipts"],
        ["activity_types", "decision_context"],
    )
}}
