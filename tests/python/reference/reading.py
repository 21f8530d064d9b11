"""Which rows are trusted, and what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from reference import values
from reference.values import Moment

Row = Mapping[str, "str | None"]
LEAD_FIELDS = (
    *("lead_id", "created_at", "funnel_stage", "intent_score", "last_engaged"),
    *("company_size", "source", "engagement_channel", "sales_owner"),
)
ACTIVITY_FIELDS = ("lead_id", "occurred_at", "activity_type", "channel")
STAGE_CHANGE_FIELDS = ("lead_id", "stage", "entered_at")
FIELDS = {
    "leads": LEAD_FIELDS,
    "activities": ACTIVITY_FIELDS,
    "stage_changes": STAGE_CHANGE_FIELDS,
}
# of which a file has to have the columns
NEEDED = {
    "leads": LEAD_FIELDS[:1],
    "activities": ACTIVITY_FIELDS[:3],
    "stage_changes": STAGE_CHANGE_FIELDS,
}
# what a spreadsheet writes below its rows in English, German and Italian, by the SQL
TOTAL = re.compile(
    r"(grand[ -]?|sub[ -]?)?totals?( *[:(][^\n]*)?|sum|summe|gesamt(ergebnis|summe)?"
    r"|totale"
)

# what a spreadsheet makes of a long number, also in a column too narrow for it
ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+|##+")


class Lead(NamedTuple):
    """A row of leads that can be trusted."""

    lead_id: str
    created_on: int | None
    funnel_stage: str
    intent_score: int | None
    last_engaged: int | None
    company_size: str
    source: str
    engagement_channel: str
    sales_owner: str | None


class Activity(NamedTuple):
    """What a lead did, or we did, at a moment; many rows may say so."""

    lead_id: str
    activity_type: str
    channel: str | None
    occurred: Moment


class StageChange(NamedTuple):
    """A stage that the CRM gave a lead."""

    lead_id: str
    stage: str
    entered: Moment


class Read(NamedTuple):
    """What files come to.

    Attributes:
        rejected: rows with their reasons, of leads, activities and stage changes each.
        issues: what was assumed about the leads: id, field, raw text and code.
        as_of: the day that leads are judged on.
    """

    leads: list[Lead]
    activities: list[Activity]
    stage_changes: list[StageChange]
    rejected: dict[str, Counter[tuple[str | None, ...]]]
    issues: Counter[tuple[str | None, ...]]
    as_of: int


def read(
    leads: Sequence[Row],
    activities: Sequence[Row],
    stage_changes: Sequence[Row],
    today: int,
) -> Read:
    """All three files, judged on the newest day in them that is not after today."""
    rejected: dict[str, Counter[tuple[str | None, ...]]] = {
        name: Counter() for name in ("leads", "activities", "stage_changes")
    }
    days: list[int] = []
    kept_leads, issues = read_leads(leads, today, rejected["leads"], days)
    done = read_activities(activities, today, rejected["activities"])
    changes = read_stage_changes(stage_changes, today, rejected["stage_changes"])
    days += [each.occurred.day for each in done]
    days += [each.entered.day for each in changes]
    as_of = max((day for day in days if day <= today), default=today)
    return Read(kept_leads, done, changes, rejected, issues, as_of)


def raw(row: Row, fields: Iterable[str]) -> tuple[str | None, ...]:
    """A row's texts as the mapping passes them on."""
    words = {"stage": "funnel_stage", "channel": "engagement_channel"}
    return tuple(
        values.mapped(row.get(field), words.get(field, field))
        if words.get(field, field) in values.WORDS
        else row.get(field)
        for field in fields
    )


def text_order(row: Row, fields: Iterable[str]) -> list[tuple[bool, bytes]]:
    """By the raw texts, those that are missing last (by the SQL)."""
    return [(text is None, (text or "").encode()) for text in raw(row, fields)]


def read_leads(
    rows: Sequence[Row],
    today: int,
    rejected: Counter[tuple[str | None, ...]],
    days: list[int],
) -> tuple[list[Lead], Counter[tuple[str | None, ...]]]:
    """The leads, and what was assumed about them."""
    by_id: dict[str, list[tuple[Row, Lead]]] = {}
    for row in rows:
        lead_id = values.clean(row.get("lead_id"))
        owner = values.clean(row.get("sales_owner"))
        stage = values.word(row.get("funnel_stage"), "funnel_stage")
        dates = {}
        reasons = []
        if lead_id is None:
            reasons.append("missing_lead_id")
        elif ROUNDED.fullmatch(lead_id):
            reasons.append("rounded_lead_id")
        for field in ("created_at", "last_engaged"):
            found = values.moment(row.get(field))
            dates[field] = found and found.day
            if found:
                days.append(found.day)
        is_bare = (
            not owner
            and not stage
            and not any(day is not None for day in dates.values())
        )
        if lead_id and is_bare and TOTAL.fullmatch(lead_id.lower()):
            reasons.append("total_row")
        reasons += [
            f"invalid_{field}"
            for field, day in dates.items()
            if day is None and values.clean(row.get(field))
        ]
        if any(day is not None and day > today for day in dates.values()):
            reasons.append("date_after_as_of")
        if stage is None and values.clean(row.get("funnel_stage")):
            reasons.append("unknown_funnel_stage")
        if reasons or lead_id is None:
            rejected[(*raw(row, LEAD_FIELDS), ", ".join(reasons))] += 1
            continue
        number = values.score(row.get("intent_score"))
        in_range = number is not None and 0 <= number <= 100
        lead = Lead(
            lead_id,
            dates["created_at"],
            stage or "Lead",
            values.rounded(number) if number is not None and in_range else None,
            dates["last_engaged"],
            values.word(row.get("company_size"), "company_size") or "Unknown",
            values.word(row.get("source"), "source") or "Other",
            values.word(row.get("engagement_channel"), "engagement_channel") or "None",
            owner,
        )
        by_id.setdefault(lead_id, []).append((row, lead))
    kept, issues = [], Counter()
    for candidates in by_id.values():
        candidates.sort(key=lambda pair: preference(*pair))
        (row, lead), *others = candidates
        kept.append(lead)
        issues.update(assumed(row, lead))
        for other, _ in others:
            rejected[(*raw(other, LEAD_FIELDS), "duplicate_lead_id")] += 1
    return kept, issues


def preference(row: Row, lead: Lead) -> tuple[object, ...]:
    """Which of several rows of one lead is kept: the first in this order."""
    never = float("inf")
    return (
        never if lead.last_engaged is None else -lead.last_engaged,
        never if lead.created_on is None else -lead.created_on,
        never if lead.intent_score is None else -lead.intent_score,
        -values.STAGES.index(lead.funnel_stage),
        text_order(row, LEAD_FIELDS),
    )


def assumed(row: Row, lead: Lead) -> Iterable[tuple[str | None, ...]]:
    """What is taken for what a lead's row does not say: id, field, raw text, code."""
    codes = {}
    if lead.created_on is None:
        codes["created_at"] = "missing_created_at"
    if values.word(row.get("funnel_stage"), "funnel_stage") is None:
        codes["funnel_stage"] = "missing_funnel_stage"
    if lead.intent_score is None:
        codes["intent_score"] = (
            "intent_score_out_of_range"
            if values.score(row.get("intent_score")) is not None
            else "invalid_intent_score"
            if values.clean(row.get("intent_score"))
            else "missing_intent_score"
        )
    for field in ("company_size", "source", "engagement_channel"):
        # a blank is not known either, by the SQL
        if values.word(row.get(field), field) is None:
            codes[field] = f"unknown_{field}"
    dates = (lead.last_engaged, lead.created_on)
    if None not in dates and lead.last_engaged < lead.created_on:
        codes["last_engaged"] = "engaged_before_created"
    for field, code in codes.items():
        yield lead.lead_id, field, raw(row, [field])[0], code


def activity_type(text: str | None, types: Iterable[str]) -> str | None:
    """A known type, however it is spaced, dashed and spelled; else the text."""
    cleaned = values.clean(text)
    key = re.sub(r"[ \t\n\r\f_-]", "", cleaned or "").lower()
    return next((each for each in types if each.replace("_", "") == key), cleaned)


def read_activities(
    rows: Sequence[Row], today: int, rejected: Counter[tuple[str | None, ...]]
) -> list[Activity]:
    """One per lead, type and moment, with the first channel that a row of it has."""
    from reference.decisions import ACTIVITY_TYPES

    same: dict[tuple[str, str, int], list[tuple[Row, Moment]]] = {}
    for row in rows:
        lead_id = values.clean(row.get("lead_id"))
        kind = activity_type(row.get("activity_type"), ACTIVITY_TYPES)
        occurred = values.moment(row.get("occurred_at"))
        reasons = {
            "missing_lead_id": lead_id is None,
            "rounded_lead_id": bool(ROUNDED.fullmatch(lead_id or "")),
            "invalid_occurred_at": occurred is None,
            "occurred_after_as_of": occurred is not None and occurred.day > today,
            "missing_activity_type": kind is None,
        }
        if any(reasons.values()):
            codes = ", ".join(code for code, holds in reasons.items() if holds)
            rejected[(*raw(row, ACTIVITY_FIELDS), codes)] += 1
        else:
            key = (lead_id, kind, occurred.at)
            same.setdefault(key, []).append((row, occurred))
    kept = []
    for (lead_id, kind, at), found in same.items():
        found.sort(key=lambda pair: text_order(pair[0], ACTIVITY_FIELDS))
        channels = [
            channel
            for row, _ in found
            if (channel := values.word(row.get("channel"), "engagement_channel"))
            not in (None, "None")
        ]
        is_timed = any(moment.has_time_of_day for _, moment in found)
        occurred = Moment(at, is_timed)
        kept.append(Activity(lead_id, kind, min(channels, default=None), occurred))
        for row, _ in found[1:]:
            rejected[(*raw(row, ACTIVITY_FIELDS), "duplicate_activity")] += 1
    return kept


def read_stage_changes(
    rows: Sequence[Row], today: int, rejected: Counter[tuple[str | None, ...]]
) -> list[StageChange]:
    """One per lead, stage and moment."""
    same: dict[tuple[str, str, int], list[tuple[Row, Moment]]] = {}
    for row in rows:
        lead_id = values.clean(row.get("lead_id"))
        stage = values.word(row.get("stage"), "funnel_stage")
        entered = values.moment(row.get("entered_at"))
        reasons = {
            "missing_lead_id": lead_id is None,
            "rounded_lead_id": bool(ROUNDED.fullmatch(lead_id or "")),
            "invalid_entered_at": entered is None,
            "entered_after_as_of": entered is not None and entered.day > today,
            "unknown_stage": stage is None,
        }
        if any(reasons.values()):
            codes = ", ".join(code for code, holds in reasons.items() if holds)
            rejected[(*raw(row, STAGE_CHANGE_FIELDS), codes)] += 1
        else:
            key = (lead_id, stage, entered.at)
            same.setdefault(key, []).append((row, entered))
    kept = []
    for (lead_id, stage, at), found in same.items():
        found.sort(key=lambda pair: text_order(pair[0], STAGE_CHANGE_FIELDS))
        is_timed = any(moment.has_time_of_day for _, moment in found)
        kept.append(StageChange(lead_id, stage, Moment(at, is_timed)))
        for row, _ in found[1:]:
            rejected[(*raw(row, STAGE_CHANGE_FIELDS), "duplicate_stage_change")] += 1
    return kept
