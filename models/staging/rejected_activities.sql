-- one row per raw row of the activities that can't be trusted or says what another
-- does, whole, with the reasons
{{
    rejected_records(
        record="activities",
        rows=ref("stg_activity_rows"),
        kept=ref("stg_activities"),
        keys=["lead_id", "activity_type", "occurred_at"],
        duplicate="duplicate_activity",
    )
}}
