"""The kept answers: a file that one run at a time appends to, a line an answer."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from smartcrm.faults import Fault

PATH = Path("seeds/genai_responses.csv")
HEADER = (
    *("prompt_hash", "prompt_name", "lead_id", "model", "answered_at", "answer"),
    *("problem", "status"),
)
STATUSES = ("accepted", "rejected")

Row = dict[str, str]


@contextmanager
def locked_responses() -> Iterator[None]:
    """Have the file alone, while every other run is refused.

    Raises:
        Fault: another run has the file, or it can't be read or written.
    """
    lock = PATH.with_name(f".{PATH.stem}.lock")
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise Fault(f"{PATH}: another run has it; wait for its end") from None
    except OSError as error:
        raise Fault(
            f"{PATH}: {error.strerror}; run this in the project's folder, where you "
            "can write and have space"
        ) from None


def parse_responses(content: bytes) -> tuple[list[Row], int]:
    """The file's whole rows, and how many of its bytes they take.

    What follows those bytes is a last line that was torn off in writing.

    Raises:
        Fault: the header is not ours, or a line before the last can't be read.
    """
    lines = content.splitlines(keepends=True)
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line))
    texts = (line.decode("utf-8", errors="surrogateescape") for line in lines)
    reader = csv.reader(texts, strict=True)
    rows: list[Row] = []
    start = 0  # lines before the row that is read
    while start < len(lines):
        why = f"a row has {len(HEADER)} fields and ends with {' or '.join(STATUSES)}"
        try:
            fields = next(reader)
            "".join(fields).encode()
        except (csv.Error, UnicodeEncodeError, StopIteration):
            fields = []
        if start == 0:
            if [field.lstrip("\ufeff") for field in fields] != list(HEADER):
                raise Fault(f"{PATH} line 1: the header is not {','.join(HEADER)}")
        elif len(fields) == len(HEADER) and fields[-1] in STATUSES:
            rows.append(dict(zip(HEADER, fields, strict=True)))
        elif reader.line_num < len(lines):
            raise Fault(f"{PATH} line {start + 1} can't be read ({why}); correct it")
        else:
            return rows, ends[start]
        start = reader.line_num
    if not lines:
        raise Fault(f"{PATH} is empty; its first line is {','.join(HEADER)}")
    return rows, len(content)


def read_responses() -> list[Row]:
    """The file's whole rows; it is left as it is.

    Raises:
        Fault: the file is missing or can't be read.
    """
    try:
        return parse_responses(PATH.read_bytes())[0]
    except OSError as error:
        raise Fault(
            f"{PATH}: {error.strerror}; run this in the project's folder"
        ) from None


def cut_torn_line() -> int:
    """Cut a torn last line off and end the last whole one; return the bytes cut."""
    content = PATH.read_bytes()
    whole = parse_responses(content)[1]
    if whole < len(content):
        os.truncate(PATH, whole)
    if not content[:whole].endswith(b"\n"):
        _append(b"\n")
    return len(content) - whole


def append_response(fields: Sequence[str]) -> None:
    """Append a row, in the header's order: all of it on the disk, or an OSError."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(fields)
    _append(line.getvalue().encode())


def _append(line: bytes) -> None:
    file = os.open(PATH, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(file).st_size
        try:
            # one write, so that a run that is killed leaves the line or nothing
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            os.ftruncate(file, size)
            raise
    finally:
        os.close(file)
