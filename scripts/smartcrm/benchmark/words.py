"""What the raw texts mean, for the ways in Python: each function reads one text.

The rules are those of the models; the benchmark checks that the leads are the same.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta, timezone

BLANKS = " \t\n\r\xa0"
EMPTY = frozenset({"", "n/a", "na", "null", "select", "-"})
STAGES = ("Disqualified", "Lead", "MQL", "SQL", "Customer")
SIZES = ("S: 1-10", "M: 11-50", "L: 51-200", "XL: 201+", "Unknown")
SOURCES = (
    *("Facebook", "LinkedIn", "Google Ads", "Website"),
    *("Referral", "Webinar", "Event", "Other"),
)
CHANNELS = ("Email", "WhatsApp", "Phone", "LinkedIn", "SMS", "None")
STAGE_WORDS = {
    "marketingqualifiedlead": "MQL",
    "salesqualifiedlead": "SQL",
    **dict.fromkeys(("closedwon", "won"), "Customer"),
    **dict.fromkeys(("closedlost", "lost", "unqualified"), "Disqualified"),
}
SOURCE_WORDS = {
    "facebookads": "Facebook",
    "linkedinads": "LinkedIn",
    **dict.fromkeys(("adwords", "googleadwords", "paidsearch", "ppc"), "Google Ads"),
    **dict.fromkeys(("directtraffic", "organicsearch", "web", "webform"), "Website"),
    **dict.fromkeys(
        (
            *("customerreferral", "employeereferral", "externalreferral", "partner"),
            *("partnerreferral", "referrals", "wordofmouth"),
        ),
        "Referral",
    ),
    "webinars": "Webinar",
    **dict.fromkeys(("conference", "events", "tradeshow"), "Event"),
}
CHANNEL_WORDS = {
    **dict.fromkeys(("call", "phonecall"), "Phone"),
    "linkedinmessage": "LinkedIn",
    "textmessage": "SMS",
    "whatsappmessage": "WhatsApp",
}
PLAIN_DAY = r"^\d{4}-\d{2}-\d{2}$"
MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?"
    r"(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?"
)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def clean(text: str | None) -> str | None:
    """A text without blanks at its ends; none where it says that there is nothing."""
    trimmed = (text or "").strip(BLANKS)
    return None if trimmed.lower() in EMPTY else trimmed


def one_of(
    text: str | None, values: tuple[str, ...], words: dict[str, str]
) -> str | None:
    """The value that a text names, in any case; none where it names none."""
    known = words.get(re.sub(r"[\s_]", "", text or "", flags=re.ASCII).lower())
    lower = {value.lower(): value for value in values}
    return known or lower.get((clean(text) or "").lower())


def stage_of(text: str | None) -> str | None:
    """The stage that a text names, Lead where it is empty; none where unknown."""
    if clean(text) is None:
        return "Lead"
    return one_of(text, STAGES, STAGE_WORDS)


def day_of(text: str | None) -> date | None:
    """The UTC day that ISO 8601 or a number since 1970 gives; else none."""
    cleaned = clean(text)
    if cleaned is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned, re.ASCII):
            return date.fromisoformat(cleaned)
        if re.fullmatch(r"\d{8}", cleaned, re.ASCII):
            return datetime.strptime(cleaned, "%Y%m%d").date()
        if number := re.fullmatch(r"(\d{13}|1\d{9})(\.\d+)?", cleaned, re.ASCII):
            start = datetime(1970, 1, 1, tzinfo=timezone.utc)
            milliseconds = int(number[1].ljust(13, "0"))
            return (start + timedelta(milliseconds=milliseconds)).date()
        found = MOMENT.fullmatch(cleaned)
        return _utc_day(*found.groups()) if found else None
    except ValueError:
        return None


def _utc_day(day: str, time: str, zone: str | None) -> date:
    """The day in UTC of a day and time in a zone; raises ValueError."""
    moment = datetime.fromisoformat(f"{day}T{time}")
    if zone in (None, "Z"):
        return moment.date()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (moment - offset if zone[0] == "+" else moment + offset).date()


def score_of(text: str | None) -> int | None:
    """The score that a text gives, rounded half up; none outside of 0 to 100."""
    cleaned = clean(text)
    if cleaned is None or not NUMBER.fullmatch(cleaned):
        return None
    number = float(cleaned)
    return math.floor(round(number, 9) + 0.5) if 0 <= number <= 100 else None
