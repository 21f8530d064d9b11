"""Inputs in which every field holds texts that attack whoever reads them next."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from conftest import DATA, LEDGER, Project
from fork_server import Ran

CORPUS: dict[str, list[str]] = yaml.safe_load(
    (DATA / "hostile_text.yml").read_text(encoding="utf-8")
)
TEXTS = [text for texts in CORPUS.values() for text in texts] + ["W" * 30_000]
INJECTED = CORPUS["sql"][2]
# what stands in every column that is read, and in every one that nobody named
READ, UNREAD = "read4711", "unread0815"
NAME, COLUMN = "Full name", CORPUS["sql"][1]
LEADS = (
    *("lead_id", "created_at", "funnel_stage", "intent_score", "last_engaged"),
    *("company_size", "source", "engagement_channel", "sales_owner", NAME, COLUMN),
)
ACTIVITIES = ("lead_id", "occurred_at", "activity_type", "channel")
CHANGES = ("lead_id", "stage", "entered_at")
NOTES = ("lead_id", "noted_at", "author", "note")
RECORDS = "https://crm.example/{lead_id}?a=1&b=(2);--{%raw%}"
FILE = "; touch run '{{ 7 * 7 }}' <b>=1 \u202e$(touch run)"
TODAY = "2026-10-31"
# by what a text's leads do where they turn up: on a list, in a prompt, in a what-if
KINDS = {
    "called": ("SQL", "90", "2026-10-20"),
    "written": ("MQL", "50", "2026-03-01"),
    "moved": ("MQL", "65", "2026-10-25"),
}
BUSY = 150  # leads of one owner, more than a sheet shows


def lead_of(text: str, kind: str) -> str:
    """The id of a text's lead, which begins with the text."""
    return f"{text[:200]} {TEXTS.index(text)}{kind}"


def leads() -> Iterator[list[str]]:
    """Of each text three leads whose every word it is, and a row that is rejected."""
    for text in TEXTS:
        for kind, (stage, intent, engaged) in KINDS.items():
            fields = [lead_of(text, kind), "2026-01-05", stage, intent, engaged]
            yield [*fields, text, text, text, text, f"{text} {READ}", text]
        yield [text] * len(LEADS)
    # the page picks from the owners with most leads
    for text in CORPUS["unseen"]:
        yield [f"{text} again", *["" for _ in LEADS[1:8]], text, "", text]
    for number in range(BUSY):
        busy = ("2026-01-05", "SQL", "80", "2026-10-20", "", "", "", "Busy", "", "")
        yield [f"Busy {number}", *busy]


def exported() -> tuple[list[str], list[list[str]]]:
    """The leads' file; of columns that nobody names the texts are the headers."""
    unread = [text for text in TEXTS if len(text) < 1000 and text != COLUMN]
    return [*LEADS, *unread], [[*row, *(UNREAD for _ in unread)] for row in leads()]


def activities() -> Iterator[list[str]]:
    for text in TEXTS:
        lead = lead_of(text, "called")
        yield [lead, "2026-10-20T08:00:00Z", "demo_requested", text]
        yield [lead, "2026-10-19T08:00:00Z", text, text]
        yield [text, text, text, text]


def changes() -> Iterator[list[str]]:
    for text in TEXTS:
        for kind, (stage, *_) in KINDS.items():
            yield [lead_of(text, kind), stage, "2026-02-01T09:00:00Z"]
        yield [text, text, text]


def notes() -> Iterator[list[str]]:
    for text in TEXTS:
        yield [lead_of(text, "written"), "2026-02-01T09:00:00Z", text, text]
        yield [text, text, text, text]


def entries() -> Iterator[list[str]]:
    """Of each text what a person decided about its leads, and why."""
    decided = {
        "written": ("owner", None),
        "moved": ("track", "Education"),
        "called": ("stage", "SQL"),
    }
    number = 9000
    for text in TEXTS:
        said = text.replace("\0", "")  # which no line of text has
        for kind, (field, value) in decided.items():
            number += 1
            what = ["lead", lead_of(text, kind).strip(), field, said, value or said]
            yield [str(number), "2026-09-15T09:30:00Z", said, *what, said, ""]


def write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return path


def listed(*names: str) -> str:
    """Names as a list on the command line has them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


def build(sample: Project, scratch: Path) -> tuple[Project, Ran]:
    """A copy of the project, built whole from such inputs, and what was printed."""
    project = sample.copy_to(scratch)
    project.database.unlink()
    with (project.folder / LEDGER).open("a", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        lines.writerows(entries())
    files = {
        "leads": exported(),
        "activities": (ACTIVITIES, activities()),
        "stage-changes": (CHANGES, changes()),
        "notes": (NOTES, notes()),
    }
    words = [
        f"--{option}={write(scratch / f'{option}{FILE}.csv', header, rows)}"
        for option, (header, rows) in files.items()
    ]
    words += [f"--extra-columns={listed(NAME, COLUMN)}"]
    words += [f"--segments={listed('sales_owner', COLUMN)}"]
    words += [f"--record-url={RECORDS}", f"--as-of={TODAY}"]
    # what a test asks of the database, other tests ask
    project.env |= {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}
    project.env |= {"DBT_WRITE_JSON": "true"}
    return project, project.script("build", *words)
