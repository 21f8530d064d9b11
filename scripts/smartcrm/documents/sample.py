"""Documents that show the sample: read from its build, written or checked."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from smartcrm.faults import Fault

import duckdb

from smartcrm.files.atomic import write_text
from smartcrm.pages.rendering import Parts, read_parts


def read_sample_parts(connection: duckdb.DuckDBPyConnection, *templates: str) -> Parts:
    """Parts of the documents' SQL templates; the documents are public.

    Raises:
        Fault: the build has other leads or call notes than the sample.
    """
    parts = read_parts(connection, "documents/sample.sql", *templates)
    if parts["foreign_rows"]:
        raise Fault("the build is not of the sample alone; run `make docs`")
    return parts


def add_check(parser: ArgumentParser) -> None:
    """Add the option to name stale documents and leave them as they are."""
    parser.add_argument("--check", action="store_true", help="only name stale files")


def write_or_check(files: dict[Path, str], *, is_check: bool) -> int:
    """Write each file and print its path; or return 1 and name those that are stale.

    Raises:
        Fault: a file can't be written.
    """
    stale = 0
    for path, text in files.items():
        if not is_check:
            write_text(path, text)
            print(path)
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path} is stale; run `make docs`", file=sys.stderr)
            stale = 1
    return stale
