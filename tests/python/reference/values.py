"""How a text of an export becomes a value."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

# the models name them: space, tab, line ends, no-break space
BLANKS = " \t\n\r\u00a0"
EMPTY = {
    *("", "n/a", "na", "null", "select", "-", "-none-", "[]"),
    # the errors of a spreadsheet's formula, in English, German and Romance languages
    *("#n/a", "#name?", "#null!", "#num!", "#ref!", "#value!", "#div/0!"),
    *("#nv", "#wert!", "#bezug!", "#zahl!"),
    *("#n/d", "#nom?", "#nome?", "#nul!", "#rif!", "#valor!"),
}
# and as pandas and databases write it, in this case alone
NOTHING = {"nan", "NaN", "NaT", "<NA>", "\\N"}
NOBODY = {
    *("unassigned", "not assigned", "no owner", "none", "nobody"),
    *("(blank)", "undefined", "tbd", "?", "0", "\u2013", "\u2014"),
    *("nicht zugewiesen", "nicht zugeordnet", "niemand"),
    *("non attribué", "non assigné", "personne", "non assegnato", "nessuno"),
    *("sin asignar", "no asignado", "não atribuído", "sem proprietário"),
}
EPOCH = date(1970, 1, 1).toordinal()
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND

STAGES = ("Disqualified", "Lead", "MQL", "SQL", "Customer")
COMPANY_SIZES = ("S: 1-10", "M: 11-50", "L: 51-200", "XL: 201+", "Unknown")
SOURCES = (
    *("Facebook", "LinkedIn", "Google Ads", "Website"),
    *("Referral", "Webinar", "Event", "Other"),
)
CHANNELS = ("Email", "WhatsApp", "Phone", "LinkedIn", "SMS", "None")
# the catalogue of macros/staging/common_words.sql: what means the same in every CRM
WORDS = {
    "funnel_stage": {
        "Lead": ("New",),
        "MQL": ("Marketing Qualified Lead",),
        "SQL": ("Sales Qualified Lead",),
        "Customer": ("Closed Won", "Won"),
        "Disqualified": ("Closed Lost", "Lost", "Unqualified"),
    },
    "source": {
        "Facebook": ("Facebook Ads", "fb"),
        "LinkedIn": ("LinkedIn Ads",),
        "Google Ads": ("AdWords", "Google AdWords", "Paid Search", "PPC"),
        "Website": ("Direct Traffic", "Organic Search", "Web", "Web Form"),
        "Referral": (
            *("Customer Referral", "Employee Referral", "External Referral"),
            *("Partner", "Partner Referral", "Referrals", "Word of mouth"),
        ),
        "Webinar": ("Webinars",),
        "Event": ("Conference", "Events", "Trade Show"),
        "Other": ("Cold Call", "Email Marketing", "Public Relations", "Purchased List"),
    },
    "engagement_channel": {
        "Phone": ("Call", "Phone Call"),
        "LinkedIn": ("LinkedIn Message",),
        "SMS": ("Text Message",),
        "WhatsApp": ("WhatsApp Message",),
    },
    "company_size": {
        "S: 1-10": ("S",),
        "M: 11-50": ("M",),
        "L: 51-200": ("L",),
        "XL: 201+": ("XL",),
    },
}
ALLOWED = {
    "funnel_stage": STAGES,
    "company_size": COMPANY_SIZES,
    "source": SOURCES,
    "engagement_channel": CHANNELS,
}


class Moment(NamedTuple):
    """A time in microseconds since 1970, in UTC."""

    at: int
    has_time_of_day: bool

    @property
    def day(self) -> int:
        return self.at // DAY


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - EPOCH


def clean(text: str | None) -> str | None:
    """Trimmed text; None where it only says that there is nothing."""
    trimmed = (text or "").strip(BLANKS)
    is_empty = trimmed.lower() in EMPTY or trimmed in NOTHING
    return None if is_empty or trimmed.startswith("0000-00-00") else trimmed


def owner(text: str | None) -> str | None:
    """Who owns the lead; None where the text is nobody's name."""
    cleaned = clean(text)
    is_nobody = (cleaned or "").lower() in NOBODY
    return None if is_nobody else cleaned


def lead_id(text: str | None) -> str | None:
    """Trimmed text, without the .0 that pandas gives to numbers; None where empty."""
    cleaned = clean(text)
    return re.sub(r"^([0-9]+)\.0$", r"\1", cleaned) if cleaned else None


def mapped(text: str | None, field: str) -> str | None:
    """A word that all CRMs share in ours, whatever its case, blanks and dashes.

    That is what a mapping makes of a text; any other it passes on as it is.
    """
    key = word_key(text, field)
    for ours, theirs in WORDS[field].items():
        if key in (word_key(their, field) for their in theirs):
            return ours
    for ours in ALLOWED[field]:
        if key == word_key(ours, field):
            return ours
    return company_size(text) if field == "company_size" else text


def word_key(text: str | None, field: str) -> str:
    """A word without case, blanks and underscores; dashes are part of a size."""
    marks = ' \t\n\r\f_\u00a0\u2007\u202f[]"'
    if field != "company_size":
        marks += "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
    return "".join(sign for sign in text or "" if sign not in marks).lower()


def company_size(text: str | None) -> str | None:
    """The size of a number of employees, or of a range's upper end; or the text."""
    upper_end = re.sub(r"^[^\n]*[-\u2013]", "", text or "")
    end = re.sub(r"(?i)[ \t\n\r\f\u00a0\u202f]|employees$", "", upper_end)
    digits = end.replace("+", "")
    digits = re.sub(r"(?i)^([0-9]+)k$", r"\1000", digits)
    thousands = r"([0-9]{1,3})[.,]([0-9]{3})(?:[.,]([0-9]{3}))?(?:[.,][0-9]{1,2})?"
    if found := re.fullmatch(thousands, digits):
        digits = "".join(part or "" for part in found.groups())
    digits = digits.replace(",", ".")
    if not re.fullmatch(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", digits):
        return text
    employees = Fraction(digits.rstrip(".")) + bool(re.search(r".\+$", end))
    if employees < 1:
        return "Unknown"
    bands = zip((10, 50, 200), COMPANY_SIZES, strict=False)
    return next((size for most, size in bands if employees <= most), "XL: 201+")


def word(text: str | None, field: str) -> str | None:
    """The field's value that a text means, in any case; None where it has none."""
    cleaned = (clean(mapped(text, field)) or "").lower()
    return next((own for own in ALLOWED[field] if own.lower() == cleaned), None)


def score(text: str | None) -> Fraction | None:
    """The number that a text gives in plain digits, also with a decimal comma."""
    cleaned = re.sub(r"^([+-]?[0-9]+),([0-9]{1,2})$", r"\1.\2", clean(text) or "")
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", cleaned):
        return None
    return Fraction(cleaned.rstrip("."))


def rounded(number: Fraction) -> int:
    """Half up."""
    return int((number + Fraction(1, 2)) // 1)


ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"([T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(:(?P<second>[0-9]{2})(\.(?P<part>[0-9]+))?)?"
    r"( ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?)?"
)


def moment(text: str | None) -> Moment | None:
    """The UTC time of a date or timestamp in ISO 8601, or of a number since 1970.

    A day is its midnight. ISO 8601 has a day without dashes, and 24:00 as the end of
    one; databases have a blank before the zone, and UTC or GMT for Z. What is below a
    microsecond is cut off. 13 digits are milliseconds, and 10 from 1 on seconds; a
    fraction of them is cut off.
    """
    cleaned = clean(text) or ""
    if number := re.fullmatch(r"([0-9]{13}|1[0-9]{9})(\.[0-9]+)?", cleaned):
        return Moment(int(number[1].ljust(13, "0")) * 1000, True)
    if re.fullmatch("[0-9]{8}", cleaned):
        cleaned = f"{cleaned[:4]}-{cleaned[4:6]}-{cleaned[6:]}"
    found = ISO.fullmatch(cleaned)
    if not found:
        return None
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None
    if not found["hour"]:
        return Moment(day_number(day) * DAY, False)
    hour, minute, second = (int(found[p] or 0) for p in ("hour", "minute", "second"))
    part = int((found["part"] or "0").ljust(6, "0")[:6])
    is_end = (hour, minute, second, part) == (24, 0, 0, 0)
    if minute > 59 or second > 59 or (hour > 23 and not is_end):
        return None
    seconds = (hour * 60 + minute) * 60 + second
    if found["zone"] not in (None, "Z", "UTC", "GMT"):
        digits = found["zone"][1:].replace(":", "").ljust(4, "0")
        hours, minutes = int(digits[:2]), int(digits[2:])
        # offsets end at 14 hours on earth; up to 14:59 is let through, by the SQL
        if hours > 14 or minutes > 59:
            return None
        # there is no day before the first of the year 1
        if day == date.min and found["zone"][0] == "+":
            return None
        ahead = (hours * 60 + minutes) * 60
        seconds -= ahead if found["zone"][0] == "+" else -ahead
    return Moment(day_number(day) * DAY + seconds * SECOND + part, True)


def shown(day: int | None) -> str | None:
    """A day as ISO 8601."""
    return None if day is None else str(date(1970, 1, 1) + timedelta(day))
