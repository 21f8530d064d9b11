"""Last of three scripts: leads with health flags in, with tracks out; both CSV."""

from __future__ import annotations

import sys

import pandas as pd

OWNERS = {
    "SQL": "SDRs / AEs",
    "Customer": "CSM / Account Managers",
    "MQL": "Marketing Ops",
}


def assign(lead: pd.Series) -> tuple[str, str, str]:
    """Track, rule and reason of a lead."""
    stage, health = lead["simulated_stage"], lead["engagement_health"]
    if stage == "Customer":
        return "Retention", "customer", "A customer is kept through retention"
    if health == "Dormant" or stage == "Disqualified":
        reason = f"The lead is {health} with stage {stage} and has to be won back"
        return "Reactivation", "win_back", reason
    if stage == "SQL" and health == "Stale":
        reason = "An SQL that is going Stale is called before it is lost"
        return "Conversion", "rescue", reason
    if stage == "SQL":
        reason = f"An SQL that is {health} is worked towards a deal"
        return "Conversion", "close", reason
    if stage == "MQL" and health == "Stale":
        reason = "An MQL that is going Stale is re-engaged before it is lost"
        return "Reactivation", "cooling_mql", reason
    reason = f"The lead is {health} with stage {stage} and learns before it is sold to"
    return "Education", "educate", reason


def main(source: str, target: str) -> None:
    """Add the track of each lead, and who owns it."""
    leads = pd.read_csv(source, keep_default_na=False, na_values=[""], low_memory=False)
    columns = ["nurture_track", "track_rule", "track_reason"]
    leads[columns] = leads.apply(assign, axis=1, result_type="expand")
    leads["effective_stage"] = leads["simulated_stage"]
    leads["effective_stage_reason"] = leads["stage_reason"]
    leads["effective_track"] = leads["nurture_track"]
    leads["effective_track_reason"] = leads["track_reason"]
    leads["effective_owner"] = leads["sales_owner"]
    leads["owner_team"] = leads["simulated_stage"].map(
        lambda stage: OWNERS.get(stage, "Marketing")
    )
    for column in ("intent_score", "days_since_engaged"):
        leads[column] = leads[column].astype("Int64")
    leads["is_overridden"] = False
    empty = ["effective_owner_reason", "pain_point_summary", "record_url"]
    leads[empty] = None
    leads.to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
