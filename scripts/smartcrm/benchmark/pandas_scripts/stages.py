"""First of three scripts: raw leads in, leads with stages out; both are CSV."""

from __future__ import annotations

import sys

import pandas as pd

from smartcrm.benchmark.words import (
    CHANNEL_WORDS,
    CHANNELS,
    SIZES,
    SOURCE_WORDS,
    SOURCES,
    STAGES,
    clean,
    day_of,
    one_of,
    score_of,
    stage_of,
)

TODAY = pd.Timestamp.now().date()
NEXT_STAGE = {"Lead": "MQL", "MQL": "SQL", "SQL": "Customer"}


def last_engagement(days: float) -> str:
    """How long ago a lead engaged, in words."""
    if pd.isna(days):
        return "no engagement of the lead is on record"
    if days == 0:
        return "the last engagement was today"
    if days == 1:
        return "the last engagement was 1 day ago"
    return f"the last engagement was {days:.0f} days ago"


def decide(lead: pd.Series) -> tuple[str, str, str]:
    """Stage, rule and reason of a lead."""
    stage, days = lead["funnel_stage"], lead["days_since_engaged"]
    score, ago = lead["intent_score"], lead["last_engagement"]
    if stage == "Customer":
        return "Customer", "customer_on_record", "The CRM says Customer"
    if stage == "Disqualified":
        return "Disqualified", "disqualified_on_record", "The CRM says Disqualified"
    if pd.isna(score):
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


def needs(lead: pd.Series) -> str | None:
    """What a lead lacks for its next stage."""
    score, next_stage = lead["intent_score"], NEXT_STAGE.get(lead["simulated_stage"])
    if next_stage is None:
        return None
    if next_stage == "Customer":
        return "a won deal in the CRM for Customer"
    bar, parts = (40 if next_stage == "MQL" else 70), []
    if pd.isna(score):
        parts.append(f"an intent score of at least {bar}")
    elif bar - score == 1:
        parts.append("1 more intent point")
    elif score < bar:
        parts.append(f"{bar - score:.0f} more intent points")
    if next_stage == "SQL" and not lead["days_since_engaged"] <= 30:
        parts.append("an engagement within 30 days")
    return f"{' and '.join(parts)} for {next_stage}"


def main(source: str, target: str) -> None:
    """Read the raw leads, keep those to be trusted, and decide their stages."""
    raw = pd.read_csv(source, dtype=str, keep_default_na=False)
    leads = pd.DataFrame({"lead_id": raw["lead_id"].map(clean)})
    leads["funnel_stage"] = raw["funnel_stage"].map(stage_of)
    leads["company_size"] = raw["company_size"].map(
        lambda text: one_of(text, SIZES, {}) or "Unknown"
    )
    leads["source"] = raw["source"].map(
        lambda text: one_of(text, SOURCES, SOURCE_WORDS) or "Other"
    )
    leads["engagement_channel"] = raw["engagement_channel"].map(
        lambda text: one_of(text, CHANNELS, CHANNEL_WORDS) or "None"
    )
    leads["sales_owner"] = raw["sales_owner"].map(clean)
    leads["intent_score"] = raw["intent_score"].map(score_of).astype("Int64")
    trusted = leads["lead_id"].notna() & leads["funnel_stage"].notna()
    for column in ("created_at", "last_engaged"):
        texts = raw[column].map(clean)
        days = raw[column].map(day_of)
        leads[column] = pd.to_datetime(days, errors="coerce")
        trusted &= texts.isna() | days.notna()
    dates = pd.concat([leads["created_at"], leads["last_engaged"]])
    as_of = dates[dates <= pd.Timestamp(TODAY)].max()
    trusted &= ~(leads["created_at"] > as_of) & ~(leads["last_engaged"] > as_of)
    leads["stage_order"] = leads["funnel_stage"].map(STAGES.index, na_action="ignore")
    # of rows with one id the newest counts, and then the first of their texts
    newest = ["last_engaged", "created_at", "intent_score", "stage_order"]
    texts = raw.replace("", None).add_prefix("raw_")
    leads = (
        leads.join(texts)[trusted]
        .sort_values(
            [*newest, *texts.columns],
            ascending=[False] * len(newest) + [True] * len(texts.columns),
            na_position="last",
        )
        .drop_duplicates("lead_id")
        .drop(columns=["stage_order", *texts.columns])
    )
    leads["days_since_engaged"] = (as_of - leads["last_engaged"]).dt.days
    leads["as_of_date"] = as_of
    leads["last_engagement"] = leads["days_since_engaged"].map(last_engagement)
    columns = ["simulated_stage", "stage_rule", "stage_reason"]
    leads[columns] = leads.apply(decide, axis=1, result_type="expand")
    leads["next_stage"] = leads["simulated_stage"].map(NEXT_STAGE)
    leads["next_stage_needs"] = leads.apply(needs, axis=1)
    leads.to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
