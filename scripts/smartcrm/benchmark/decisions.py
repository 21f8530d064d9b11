"""The rules in force, one lead at a time, for the ways in Python.

A lead is a mapping; a number that it lacks is NaN. How long ago it engaged stands in a
reason as it is given: in words, or as a place to fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import isnan, nan
from typing import Any

from smartcrm.benchmark.words import STAGES

Lead = Mapping[str, Any]

# how long without engagement the rules tell apart, besides longer, never, and never by
# who came within the first of them
QUIET_DAYS = (30, 60, 90)
QUIET_COUNT = len(QUIET_DAYS) + 3
# 0 to 100, and none
SCORE_COUNT = 102
NEXT_STAGE = {"Lead": "MQL", "MQL": "SQL", "SQL": "Customer"}
OWNERS = {
    "Disqualified": "Marketing",
    "Lead": "Marketing",
    "MQL": "Marketing Ops",
    "SQL": "SDRs / AEs",
    "Customer": "CSM / Account Managers",
}


def decide_stage(lead: Lead) -> tuple[str, str, str]:
    """Stage, rule and reason of a lead."""
    stage, days = lead["funnel_stage"], lead["days_since_engaged"]
    score, ago = lead["intent_score"], lead["last_engagement"]
    if stage == "Customer":
        return "Customer", "customer_on_record", "The CRM says Customer"
    if stage == "Disqualified":
        return "Disqualified", "disqualified_on_record", "The CRM says Disqualified"
    if isnan(score):
        if stage == "SQL" and days <= 30:
            reason = f"No intent score, but the CRM says SQL and {ago}"
            return "SQL", "not_scored_sql", reason
        if stage in ("MQL", "SQL"):
            reason = f"No intent score, so the CRM's {stage} counts as MQL"
            return "MQL", "not_scored_mql", reason
        reason = "No intent score and no qualified stage in the CRM"
        return "Lead", "not_scored", reason
    if score >= 70:
        reason = f"Intent {score:.0f} reaches the SQL bar of 70"
        if days <= 30:
            return "SQL", "sales_ready", f"{reason} and {ago}"
    if stage == "SQL" and score >= 50 and days <= 60:
        reason = (
            f"Sales already works on the lead, its intent of {score:.0f} is at least "
            f"50 and {ago}"
        )
        return "SQL", "kept_by_sales", reason
    if score >= 70:
        reason = f"{reason}, but {ago} and an SQL engages within 30 days"
        return "MQL", "cooled_off", reason
    if score >= 40:
        reason = (
            f"Intent {score:.0f} reaches the MQL bar of 40 but not the SQL bar of 70"
        )
        return "MQL", "marketing_qualified", reason
    reason = f"Intent {score:.0f} is below the MQL bar of 40"
    return "Lead", "not_yet_qualified", reason


def next_stage_needs(lead: Lead) -> str | None:
    """What a lead lacks for its next stage."""
    score, next_stage = lead["intent_score"], NEXT_STAGE.get(lead["simulated_stage"])
    if next_stage is None:
        return None
    if next_stage == "Customer":
        return "a won deal in the CRM for Customer"
    # who is with sales comes back for less
    is_with_sales = next_stage == "SQL" and lead["funnel_stage"] == "SQL"
    bar, quiet_days, parts = (40 if next_stage == "MQL" else 70), 30, []
    if is_with_sales and not isnan(score):
        bar, quiet_days = 50, 60
    if isnan(score):
        parts += [] if is_with_sales else [f"an intent score of at least {bar}"]
    elif bar - score == 1:
        parts.append("1 more intent point")
    elif score < bar:
        parts.append(f"{bar - score:.0f} more intent points")
    if next_stage == "SQL" and not lead["days_since_engaged"] <= quiet_days:
        parts.append(f"an engagement within {quiet_days} days")
    return f"{' and '.join(parts)} for {next_stage}"


def decide_health(lead: Lead) -> tuple[str, str, str]:
    """Health, rule and reason of a lead."""
    days, ago = lead["days_since_engaged"], lead["last_engagement"]
    if days <= 30:
        reason = f"Active, since {ago} (Active means within 30 days)"
        return "Active", "engaged_recently", reason
    if days <= 90:
        reason = f"Stale, since {ago} (Active ends after 30 days, Stale after 90)"
        return "Stale", "going_quiet", reason
    if isnan(days) and lead["days_since_created"] <= 30:
        reason = f"Active, since the lead came within 30 days, though {ago}"
        return "Active", "came_recently", reason
    if isnan(days):
        return "Dormant", "never_engaged", f"Dormant, since {ago}"
    reason = f"Dormant, since {ago} (Stale ends after 90 days)"
    return "Dormant", "gone_quiet", reason


def decide_track(lead: Lead) -> tuple[str, str, str]:
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
    if lead["stage_rule"] == "cooled_off" and isnan(lead["days_since_engaged"]):
        reason = (
            "An MQL with the intent of an SQL is asked whether it still listens, since "
            "its engagement is not known"
        )
        return "Reactivation", "unheard_mql", reason
    reason = f"The lead is {health} with stage {stage} and learns before it is sold to"
    return "Education", "educate", reason


def decide_cells() -> list[dict[str, int | str | None]]:
    """What is decided about each stage, score and time without engagement.

    A reason is what stands before the words for that time, and what stands behind.
    """
    ago = "{ago}"
    cells = []
    scores = (*range(SCORE_COUNT - 1), nan)
    quiet = [(days, nan) for days in (*QUIET_DAYS, 91, nan)] + [(nan, 30)]
    for cell, (stage, score, (days, age)) in enumerate(product(STAGES, scores, quiet)):
        lead: dict[str, Any] = {
            "funnel_stage": stage,
            "intent_score": score,
            "days_since_engaged": days,
            "days_since_created": age,
            "last_engagement": ago,
        }
        found: dict[str, int | str | None] = {"cell": cell, "funnel_stage": stage}
        for name, decided, decide in (
            ("stage", "simulated_stage", decide_stage),
            ("health", "engagement_health", decide_health),
            ("track", "nurture_track", decide_track),
        ):
            found[decided], found[f"{name}_rule"], reason = decide(lead | found)
            before, place, behind = reason.partition(ago)
            found[f"{name}_before"] = before
            found[f"{name}_behind"] = behind if place else None
        found["next_stage_needs"] = next_stage_needs(lead | found)
        found["next_stage"] = NEXT_STAGE.get(found["simulated_stage"])
        found["owner_team"] = OWNERS[found["simulated_stage"]]
        cells.append(found)
    return cells
