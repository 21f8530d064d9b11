-- one row per raw row of the stage changes that can't be trusted or says what another
-- does, whole, with the reasons
{{
    rejected_records(
        record="stage_changes",
        rows=ref("stg_stage_change_rows"),
        kept=ref("stg_stage_changes"),
        keys=["lead_id", "stage", "entered_at"],
        duplicate="duplicate_stage_change",
    )
}}
