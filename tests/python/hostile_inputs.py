"""Leads, activities and stage changes such as nobody would write, for hypothesis."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from compiled_project import TODAY
from reference import values
from reference.decisions import ACTIVITY_TYPES
from reference.reading import (
    ACTIVITY_FIELDS,
    FIELDS,
    LEAD_FIELDS,
    NEEDED,
    STAGE_CHANGE_FIELDS,
    Row,
)


class Inputs(NamedTuple):
    """Rows of the three files."""

    leads: list[Row]
    activities: list[Row]
    stage_changes: list[Row]

    def __repr__(self) -> str:
        """Whole where somebody could read it."""
        shown = repr(tuple(self))
        return shown if len(shown) < 5000 else f"{[len(rows) for rows in self]} rows"


# around every threshold and service level, tomorrow, and much of a year
AGES = (
    *range(9),
    *(12, 13, 14, 15, 27, 28, 29, 30, 31, 32, 45, 57, 58, 59, 60, 61, 62),
    *(88, 89, 90, 91, 92, 100, 150, 365, 400, -1),
)
TIMES = (
    *("", "", "", "T00:00", "T00:00:00Z", " 09:30", "T09:30:00.5", "T23:59:59.9999999"),
    *("T23:30-01:00", "T00:15:00+05:30", "T10:00:00.123Z", "T12:00+00", " 24:00:00"),
    *("T00:30+0100", "T08:00:00Z", " 17:45:10", " 10:00:00 UTC", " 00:30:00.5 +0100"),
)
EMPTY = (
    *("", None, "N/A", " na", "NULL", "Select", "-", "\u00a0", " \t", "\r\n", "n/a "),
    *("0000-00-00 00:00:00", "0000-00-00", "#N/D"),
    *("#N/A", "#DIV/0!", " #wert!", "NaN", "nan ", "NaT", "\\N", "Nan"),
)
NO_DAYS = (
    *("2026-02-30", "2026-02-29", "02/03/2026", "3.10.2026", "2026-1-5", "2026-13-01"),
    *("0000-01-01", "00000101", "20261301", "2026-W01-1", "2026-001", "2026-05-10T"),
    *("2026-05-1 ", "2026-05-10T25:00", "2026-05-10T24:00:01", "2026-05-10T10:60"),
    *("2026-05-10T10:00:60", "2026-05-10T10:00+15:00", "2026-05-10T10:00+01:60"),
    *("2026-05-10t10:00", "2026-05-10T10:00:00z", "2026-05-10 10:00 CET", "epoch"),
    *("infinity", "today", "now", "-2026-01-01", "+2026-01-01", "2026-05-10 (BC)"),
    *("2026\u201305\u201310", "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661"),
    *("2026-05-10\u200b", "45231", "1767225600", "17672256000000", "2026-05-10T10"),
    *("2026-05-10T10:00:00.", "2026-05-10T10:00:00,5", "2026-05-10\n2026-05-11"),
    *("0001-01-01T00:00+14:00", "12026-01-01", "2026-05-10  10:00", "'2026-05-10"),
)
DAYS = (
    *("0001-01-01", "1900-02-28", "2024-02-29", "9999-12-31", "2999-01-01", "20240229"),
    *("\u00a02026-05-10", "2026-05-10\n", " 2026-05-10T10:00:00Z\t", "0000000000000"),
    *("9999999999999", "0001-01-01T00:00:00Z", "9999-12-31T23:59-14:00", "1969-12-31"),
)
SCORES = (
    *map(str, range(0, 101, 5)),
    *("39", "40", "41", "49", "50", "51", "69", "70", "71", "79", "80", "81", "99"),
    *("39.5", "39.49", "69.5", "69.49999", "49.5", "79.5", "+70", "70.", "070", ".5"),
    *(" 70 ", "70\u00a0", "1e2", "100.0", "99.5", "-0", "-0.0", "0.4"),
)
NO_SCORES = (
    *(
        "many",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "0x46",
        "1_0",
        "7 0",
        "70%",
        "70,5",
        ".",
    ),
    *(
        "+",
        "--5",
        "-5",
        "-0.1",
        "100.4",
        "101",
        "1000",
        "9" * 60,
        "9" * 400,
        "+-7",
        "\u0667",
    ),
    *("\uff17\uff10", "70\u200b", "true", "1/2", "0." + "9" * 40, "100." + "0" * 30),
)
OWNERS = (
    *(
        "Ann",
        "Bo",
        "Ann ",
        " unassigned",
        "NON ATTRIBU\u00c9",
        "José",
        "O'Neil",
        "李",
        "null-ish",
        'Say "hi"',
        "=1+1",
    ),
    *(
        "\uff1dcmd",
        "<b>x</b>",
        "{{ 1 }}",
        "a\nb",
        "a\x00b",
        "\u202eAnn",
        "; drop table",
    ),
)
ODD_IDS = (
    *("Total", "total (3)", "Grand total", "Summe", "SUBTOTAL: x", "Totals(\n", "sum"),
    *("Total g\u00e9n\u00e9ral", "150 Leads", "150 leads of ours"),
    *(
        "'",
        '"',
        "=1+1",
        "#1",
        "a,b",
        "a;b",
        "x" * 300,
        "\ufeffL1",
        "L1\u200b",
        "é",
        "e\u0301",
    ),
    *("1.51234E+11", "1,5e+11", "1E+11", "1.5E11", "1+1", "#N", "#REF", "####"),
    *(
        "12.0",
        "12",
        " 12.0\t",
        "12.00",
        "1.12.0",
        "-12.0",
        "l1",
        "L01",
        "0",
        "null1",
        "{lead_id}",
        "%",
        "_",
        "\\",
        "--",
        "\U0001f600",
    ),
)
SIZES = ("Huge", "11-50", "11 \u2013 50", "250", "1,200", "0", "nan")


def spelled(word: str) -> tuple[str, ...]:
    """A word as people write it."""
    return word, word, word, word.upper(), word.lower(), f" {word}\t"


def words(field: str) -> tuple[str, ...]:
    """A field's own words, and those of all CRMs."""
    known = [
        *values.ALLOWED[field],
        *(their for theirs in values.WORDS[field].values() for their in theirs),
    ]
    marks = ("_", "-", " \u2013 ", "\u00a0")
    shared = [their.replace(" ", mark) for their in known for mark in marks]
    return (*(each for word in known for each in spelled(word)), *shared)


@st.composite
def any_of(draw: DrawFn, *pools: tuple[str | None, ...]) -> str | None:
    """One of the pools' texts, or now and then any text at all."""
    pool = [text for each in pools for text in each]
    place = draw(st.integers(0, len(pool) + len(pool) // 40))
    return pool[place] if place < len(pool) else draw(st.text(max_size=8))


def texts_of_day(age: int) -> tuple[str, ...]:
    """A day as exports write it, with and without a time."""
    day = TODAY - timedelta(age)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc)
    plain = (f"{day}", f"{day:%Y%m%d}", f" {day}", f"{int(noon.timestamp())}000")
    return (f"{day}", *plain, *(f"{day}{time}" for time in TIMES))


MOMENTS = tuple(text for age in AGES for text in texts_of_day(age))
# of moments that can't be read as many as there are of one age
MOMENT = any_of(MOMENTS, NO_DAYS, DAYS)
MAYBE_MOMENT = any_of(MOMENTS, EMPTY * 10, NO_DAYS, DAYS)
STAGE = any_of(words("funnel_stage"), EMPTY, ("Prospect", "S Q L", "Lead\u200b"))
CHANNEL = any_of(words("engagement_channel"), EMPTY, ("Fax", "E-mail", "Telegram"))
TYPES = (
    *(name for name in ACTIVITY_TYPES for _ in range(4)),
    *(name.replace("_", " ").title() for name in ACTIVITY_TYPES),
    *("DEMO-REQUESTED", "call_Made ", "Fax received", "demo", "-", "", None),
)


def ids(count: int) -> SearchStrategy[str | None]:
    """An id that other rows have too, or one that nobody would give."""
    plain = tuple(f"L{number}" for number in range(count))
    padded = (" L1", "L2 ", "L3\u00a0")
    return any_of(plain * (1 + 200 // count), padded, ODD_IDS, EMPTY[:4])


PATHS = (
    *((), (), ("MQL",), ("MQL", "SQL"), ("SQL",), ("MQL", "Disqualified")),
    *(("MQL", "SQL", "Customer"), ("SQL", "Customer"), ("Customer",)),
    *(("MQL", "SQL", "Disqualified"), ("SQL", "MQL"), ("Customer", "Disqualified")),
)


# days since leads came, and from then on to the stages they came to
SPANS = (*range(0, 60), *range(60, 500, 6))
AFTER = (0, 0, 1, 2, 5, 7, 14, 30, 31, 60, 100, 200)


@st.composite
def histories(draw: DrawFn, least: int = 1, most: int = 150) -> Inputs:
    """Leads whose stages have days, now and then none, so that rates can be told."""
    files = Inputs([], [], [])
    for number in range(draw(st.integers(least, most))):
        age, path = draw(st.sampled_from(SPANS)), draw(st.sampled_from(PATHS))
        days = sorted(draw(st.sampled_from(AFTER)) for _ in path)
        lead_id = f"H{number}"
        files.leads.append(
            {
                "lead_id": lead_id,
                "created_at": f"{TODAY - timedelta(age)}",
                "funnel_stage": path[-1] if path else "Lead",
                "intent_score": draw(st.sampled_from(SCORES)),
                "last_engaged": draw(MAYBE_MOMENT),
                "company_size": draw(st.sampled_from(values.COMPANY_SIZES)),
                "source": draw(st.sampled_from(values.SOURCES)),
            }
        )
        is_dated = draw(st.integers(0, 29)) > 0
        files.stage_changes.extend(
            {
                "lead_id": lead_id,
                "stage": stage,
                "entered_at": f"{TODAY - timedelta(max(age - after, 0))}",
            }
            for stage, after in zip(path, days, strict=True)
            if is_dated
        )
        files.activities.extend(
            {
                "lead_id": lead_id,
                "occurred_at": draw(st.sampled_from(MOMENTS)),
                "activity_type": draw(st.sampled_from(tuple(ACTIVITY_TYPES))),
            }
            for _ in range(draw(st.sampled_from((0, 1, 1, 2))))
        )
    return files


@st.composite
def inputs(draw: DrawFn, least: int = 1, most: int = 150) -> Inputs:
    """Three files about the same leads, up to so many rows of leads.

    There are half as many leads with nothing odd about them. The last lead pins what
    all leads are judged by: the day, and that we touch leads.
    """
    tidy = draw(histories(least // 2, most // 2))
    count = draw(st.integers(least, most))
    lead_id = ids(count)
    score = any_of(SCORES * 2, EMPTY * 6, NO_SCORES)
    lead = st.tuples(
        lead_id,
        *(MAYBE_MOMENT, STAGE, score, MAYBE_MOMENT),
        any_of(words("company_size"), EMPTY, SIZES),
        any_of(words("source"), EMPTY, ("Billboard",)),
        *(CHANNEL, any_of(OWNERS, EMPTY)),
    )
    # some leads have done much, on few days, and most of them nothing
    busy_id = ids(1 + count // 4)
    activity = st.tuples(busy_id, MOMENT, any_of(TYPES), CHANNEL)
    change = st.tuples(busy_id, STAGE, MOMENT)

    def rows(
        fields: tuple[str, ...], row: SearchStrategy[tuple], count: int
    ) -> list[Row]:
        return [dict(zip(fields, draw(row), strict=True)) for _ in range(count)]

    leads = rows(LEAD_FIELDS, lead, count) + tidy.leads
    activities = rows(ACTIVITY_FIELDS, activity, draw(st.integers(0, 2 * count)))
    activities += tidy.activities
    changes = rows(STAGE_CHANGE_FIELDS, change, draw(st.integers(0, count)))
    changes += tidy.stage_changes
    # what is there already, in other words
    leads += [{**row, "sales_owner": draw(any_of(OWNERS))} for row in leads[::9]]
    activities += [{**row, "channel": draw(CHANNEL)} for row in activities[::5]]
    changes += changes[::7]
    leads.append({"lead_id": "anchor", "last_engaged": f"{TODAY}"})
    activities.append(
        {
            "lead_id": "anchor",
            "occurred_at": f"{TODAY}",
            "activity_type": "contact_logged",
        }
    )
    return Inputs(leads, activities, changes)


class File(NamedTuple):
    """A CSV file, and what whoever wrote it meant.

    Attributes:
        record: what its rows are: leads, activities or stage_changes.
        rows: of each row the texts of its fields; None where the file has no column.
        fault: pattern of the line that a build stops with; None where it can be read.
    """

    record: str
    data: bytes
    rows: list[tuple[str | None, ...]]
    fault: str | None


DELIMITERS = ",;\t|"
PIECES = (
    *("a", "1", "#", '"', *DELIMITERS, "\n", "\r", "\r\n", " ", "é", "\\", "'", "--"),
    *("\u2028", "\u00a0", "=", "{{", "0", "\U0001f600", "\x0b", "NULL", '""', "//"),
)
# as long as somebody's whole correspondence
LARGE = st.sampled_from(PIECES).map(lambda piece: piece * (2**20 // len(piece)))
OTHER_HEADERS = (
    "note",
    "Lead Source",
    "a b",
    "",
    "x",
    "lead",
    "id",
    "Sales\nArea",
    "#",
)


@st.composite
def csv_files(draw: DrawFn) -> File:
    """A file of any dialect, and now and then with one row that nobody can read."""
    record = draw(st.sampled_from(("leads", *FIELDS)))
    needed = NEEDED[record]
    free = [field for field in FIELDS[record] if field not in needed]
    wanted = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    others = draw(st.lists(st.sampled_from(OTHER_HEADERS), unique=True, max_size=3))
    fields = draw(st.permutations([*needed, *wanted, *others]))
    text = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
    is_alone = len(fields) == 1
    delimiter = "," if is_alone else draw(st.sampled_from(DELIMITERS))
    is_named = draw(st.integers(0, 4)) == 0 and not is_alone
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]))
    end = st.sampled_from(ends)

    def written(text: str, marks: str = delimiter) -> str:
        must = text != text.strip(" ") or any(mark in text for mark in f'{marks}"\n\r')
        # a row of nothing would be a blank line
        if must or (text == "" and is_alone) or draw(st.integers(0, 3)) == 0:
            after = " " * draw(st.sampled_from((0, 0, 0, 1)))
            return '"' + text.replace('"', '""') + '"' + after
        return text

    def header(field: str) -> str:
        spellings = [field, field.upper(), field.replace("_", " ").title()]
        name = draw(st.sampled_from(spellings)) if field in FIELDS[record] else field
        return written(name, delimiter if is_named else DELIMITERS)

    lines = [""] * draw(st.sampled_from((0, 0, 0, 1, 2)))
    lines += [f"sep={delimiter}"] if is_named else []
    # below a title a row of one text is another title
    can_have_titles = sum(map(bool, fields)) > 1
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2))) if can_have_titles else 0):
        title = draw(st.sampled_from(("Leads", 'All "new" leads', "Leads, 2026; all")))
        tail = delimiter * draw(st.sampled_from((0, len(fields) - 1)))
        lines += [written(title, DELIMITERS) + tail, *[""] * draw(st.integers(0, 1))]
    lines.append(delimiter.join(map(header, fields)))
    rows = []
    large = draw(st.integers(0, 80))
    for number in range(draw(st.integers(0, 40))):
        row = dict(zip(fields, draw(st.tuples(*[text] * len(fields))), strict=True))
        if number == large:
            row[draw(st.sampled_from(fields))] += draw(LARGE)
        tail = delimiter * draw(st.sampled_from((0, 0, 0, 0, 1)))
        lines += [""] * draw(st.sampled_from((0, 0, 0, 0, 1)))
        lines.append(delimiter.join(map(written, row.values())) + tail)
        rows.append(tuple(row.get(field) for field in FIELDS[record]))
    fault = draw(st.sampled_from((None, None, None, "fields", "quote", "UTF-8")))
    if fault:
        bad = {
            "fields": delimiter.join(
                "x" * (len(fields) + draw(st.sampled_from((1, 2))))
            ),
            "quote": delimiter.join(['x"y', *"x" * (len(fields) - 1)]),
            "UTF-8": delimiter.join("\udcff" * len(fields)),
        }[fault]
        place = len(lines) - draw(st.integers(0, min(len(rows), 3)))
        while place < len(lines) and not lines[place - 1]:
            place += 1
        lines.insert(place, bad)
    parts = [line + draw(end) for line in lines]
    if fault:
        # where marks of several kinds end lines, editors don't agree on their numbers
        marks = set(re.findall("\r\n|\r|\n", "".join(parts)))
        before = re.split("\r\n|\r|\n", "".join(parts[:place]))
        line = f"line {len(before)}" if len(marks) == 1 else "line [0-9]+"
        fault = {
            "fields": f"in the row on {line},",
            "quote": f"in the row on {line} that is not closed",
            "UTF-8": f"other bytes on {line};",
        }[fault]
    mark = draw(st.sampled_from(("", "", "\ufeff")))
    whole = mark + "".join(parts)
    if draw(st.booleans()) and not fault and rows:
        # the last line needs no end
        whole = (
            whole.rstrip("\r\n")
            if not parts[-1].rstrip("\r\n").endswith("\n")
            else whole
        )
    return File(record, whole.encode("utf-8", "surrogateescape"), rows, fault)
