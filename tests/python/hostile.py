"""Builds the project from inputs in which every field holds texts that attack a reader."""

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
LONG = "W" * 30_000
TEXTS = [text for texts in CORPUS.values() for text in texts] + [LONG]
COLUMN = CORPUS["sql"][1]  # a header that comes along, as the name of a column
RECORDS = "https://crm.example/{lead_id}?a=1&b=(2);--{%raw%}"
LEADS = (
    *("lead_id", "created_at", "funnel_stage", "intent_score", "last_engaged"),
    *("company_size", "source", "engagement_channel", "sales_owner", "Full name"),
    COLUMN,
)
ACTIVITIES = ("lead_id", "occurred_at", "activity_type", "channel")
CHANGES = ("lead_id", "stage", "entered_at")
NOTES = ("lead_id", "noted_at", "author", "note")
NAME = "; touch run '{{ 7 * 7 }}' <b>=1 \u202e$(touch run)"
TODAY = "2026-10-31"
# what of a text's leads makes them turn up where: called, written to, moved by a candidate
KINDS = {
    "called": ("SQL", "90", "2026-10-20"),
    "written": ("MQL", "50", "2026-03-01"),
    "moved": ("MQL", "65", "2026-10-25"),
}


def lead_of(number: int, kind: str) -> str:
    """The id of a text's lead, which begins with the text."""
    return f"{TEXTS[number][:200]} {number}{kind}"


def write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def leads() -> Iterator[list[str]]:
    """Each text in every field: of three leads, of words not known, of a rejected row."""
    for number, text in enumerate(TEXTS):
        for kind, (stage, intent, engaged) in KINDS.items():
            fields = [lead_of(number, kind), "2026-01-05", stage, intent, engaged]
            yield [*fields, text, text, text, text, text, text]
        yield [text] * len(LEADS)


def activities() -> Iterator[list[str]]:
    for number, text in enumerate(TEXTS):
        lead = lead_of(number, "called")
        yield [lead, "2026-10-20T08:00:00Z", "demo_requested", text]
        yield [lead, "2026-10-19T08:00:00Z", text, text]
        yield [text, text, text, text]


def stage_changes() -> Iterator[list[str]]:
    for number, text in enumerate(TEXTS):
        for kind, (stage, *_) in KINDS.items():
            yield [lead_of(number, kind), stage, "2026-02-01T09:00:00Z"]
        yield [text, text, text]


def notes() -> Iterator[list[str]]:
    for number, text in enumerate(TEXTS):
        yield [lead_of(number, "written"), "2026-02-01T09:00:00Z", text, text]
        yield [text, text, text, text]


def entries() -> Iterator[list[str]]:
    """Of each text a person, a reason, an owner and the id of a lead."""
    for number, text in enumerate(TEXTS):
        # a ledger is one line of text for each entry, which a NUL is no part of
        said, first = text.replace("\0", ""), 9001 + 3 * number
        for place, (kind, field, value) in enumerate(
            [("written", "owner", said), ("moved", "track", "Education"),
             ("called", "stage", "SQL")]
        ):  # fmt: skip
            what = ["lead", lead_of(number, kind).strip(), field, said, value]
            when = "2026-09-15T09:30:00Z"
            yield [str(first + place), when, said, *what, said, ""]


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
        rows = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        rows.writerows(entries())
    files = {
        "leads": (LEADS, leads()),
        "activities": (ACTIVITIES, activities()),
        "stage-changes": (CHANGES, stage_changes()),
        "notes": (NOTES, notes()),
    }
    words = [
        f"--{option}={write(scratch / f'{option} {NAME}.csv', header, rows)}"
        for option, (header, rows) in files.items()
    ]
    words += [f"--extra-columns={listed('Full name', COLUMN)}"]
    words += [f"--segments={listed('sales_owner', COLUMN)}"]
    words += [f"--record-url={RECORDS}", f"--as-of={TODAY}"]
    # what a test asks of the database, other tests ask
    project.env |= {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}
    project.env |= {"DBT_WRITE_JSON": "true"}
    return project, project.script("build", *words)
