"""The kept answers: a file that one run at a time appends to, one line per answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from smartcrm.files.append_only import AppendOnlyCsv, Content

RESPONSES = AppendOnlyCsv(
    Path("seeds/genai_responses.csv"),
    (
        *("prompt_hash", "prompt_name", "lead_id", "model", "answered_at", "answer"),
        *("problem", "status"),
    ),
    wait_seconds=0,
)
STATUSES = ("accepted", "rejected")

Row = dict[str, str]


def parse_responses(content: bytes) -> Content:
    """The whole rows of some content; a last row that was torn off is left out.

    Raises:
        Fault: a line before the last can't be read.
    """
    return RESPONSES.parse(
        content, lambda fields: fields[-1] in STATUSES, may_be_torn=True
    )


def read_responses() -> list[Row]:
    """The file's whole rows; it is left as it is.

    Raises:
        Fault: the file is missing or can't be read.
    """
    rows = parse_responses(RESPONSES.read()).rows
    return [dict(zip(RESPONSES.header, row, strict=True)) for row in rows]


def cut_torn_line() -> int:
    """Cut a torn last line off; return how many bytes it had.

    Raises:
        Fault: a line before the last can't be read.
        OSError: the file can't be written.
    """
    content = RESPONSES.read()
    whole = parse_responses(content).whole_bytes
    if whole < len(content):
        os.truncate(RESPONSES.path, whole)
    return len(content) - whole


def append_response(fields: Sequence[str]) -> None:
    """Append a row, in the header's order: all of it on the disk, or an OSError."""
    content = RESPONSES.read()
    RESPONSES.append(RESPONSES.render(content, fields), len(content))
