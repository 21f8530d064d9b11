"""Runs a script in pandas, row by row: `pandas_way SCRIPT LEADS.csv LEADS.csv`.

There are three, with a CSV between one and the next.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import isnan

import pandas as pd

from smartcrm.benchmark.decisions import (
    NEXT_STAGE,
    OWNERS,
    Lead,
    decide_health,
    decide_stage,
    decide_track,
    next_stage_needs,
)
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


def last_engagement(days: float) -> str:
    """How long ago a lead engaged, in words."""
    if isnan(days):
        return "no engagement of the lead is on record"
    if days == 0:
        return "the last engagement was today"
    if days == 1:
        return "the last engagement was 1 day ago"
    return f"the last engagement was {days:.0f} days ago"


def read_leads(source: str) -> pd.DataFrame:
    """The leads that another script wrote."""
    return pd.read_csv(source, keep_default_na=False, na_values=[""], low_memory=False)


def add(
    leads: pd.DataFrame, decide: Callable[[Lead], tuple[str, ...]], *columns: str
) -> None:
    """Add what is decided about each lead."""
    leads[[*columns]] = leads.apply(decide, axis=1, result_type="expand")


def stages(source: str) -> pd.DataFrame:
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
    leads["intent_score"] = raw["intent_score"].map(score_of).astype(float)
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
    add(leads, decide_stage, "simulated_stage", "stage_rule", "stage_reason")
    leads["next_stage"] = leads["simulated_stage"].map(NEXT_STAGE)
    leads["next_stage_needs"] = leads.apply(next_stage_needs, axis=1)
    return leads


def feedback_flags(source: str) -> pd.DataFrame:
    """Leads with stages in, with health flags out."""
    leads = read_leads(source)
    created, as_of = (pd.to_datetime(leads[it]) for it in ("created_at", "as_of_date"))
    leads["days_since_created"] = (as_of - created).dt.days
    add(leads, decide_health, "engagement_health", "health_rule", "health_reason")
    return leads.drop(columns="days_since_created")


def nurture_tracks(source: str) -> pd.DataFrame:
    """Leads with health flags in, with tracks and owners out."""
    leads = read_leads(source)
    add(leads, decide_track, "nurture_track", "track_rule", "track_reason")
    leads["effective_stage"] = leads["simulated_stage"]
    leads["effective_stage_reason"] = leads["stage_reason"]
    leads["effective_track"] = leads["nurture_track"]
    leads["effective_track_reason"] = leads["track_reason"]
    leads["effective_owner"] = leads["sales_owner"]
    leads["owner_team"] = leads["simulated_stage"].map(OWNERS)
    for column in ("intent_score", "days_since_engaged"):
        leads[column] = leads[column].astype("Int64")
    leads["is_overridden"] = False
    leads[["effective_owner_reason", "pain_point_summary", "record_url"]] = None
    return leads


if __name__ == "__main__":
    script, source, target = sys.argv[1:]
    scripts = {each.__name__: each for each in (stages, feedback_flags, nurture_tracks)}
    scripts[script](source).to_csv(target, index=False)
