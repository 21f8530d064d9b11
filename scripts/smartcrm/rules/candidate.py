"""Builds a candidate for the rules with dbt in this process, in a schema of its own.

The last build stays as it is: the target what_if writes to the schema what_if alone.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from smartcrm.faults import Fault, check_room

from smartcrm.files import draft
from smartcrm.seeds import check_seeds
from smartcrm.warehouse import (
    built_warehouse,
    check_whole,
    connect,
    database_path,
    existing,
    finished,
    first_row,
)

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult

# What a candidate must keep, as the project's own tests say it.
GUARD_TESTS = ("assert_thresholds_are_in_order", "assert_no_ledger_entry_is_illegal")
# What the moves are read from.
NEEDED = ("what_if_matrix", "what_if_moves")
UNTESTED = ("--indirect-selection", "empty", "--exclude-resource-type", "unit_test")
QUIET = (
    *("--log-level", "none", "--log-level-file", "none"),
    *("--no-write-json", "--cache-selected-only"),
)
LINES = 8


def read_settings(words: list[str]) -> dict[str, int]:
    """The candidate's thresholds by name, from words such as `a=1,b=2`.

    Raises:
        Fault: a name or value that is not allowed, with those that are.
    """
    with built_warehouse() as connection:
        rows = connection.execute(
            "select threshold, min_value, max_value from rule_numbers"
        ).fetchall()
    bounds = {name: (least, most) for name, least, most in rows}
    settings: dict[str, int] = {}
    given = " ".join(words)
    if words and not given.strip(" ,"):
        raise Fault("SET is empty; give THRESHOLD=NUMBER, or leave it out")
    for word in filter(None, re.split(r"[\s,]+", given)):
        name, _, value = word.partition("=")
        if name not in bounds:
            raise Fault(f"{word}: there is no threshold '{name}'; {choices(bounds)}")
        least, most = bounds[name]
        if not re.fullmatch("-?[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Fault(f"{word}: give {name} a whole number from {least} to {most}")
        if settings.setdefault(name, int(value)) != int(value):
            raise Fault(f"{word}: {name} is {settings[name]} already; give it once")
    return settings


def choices(names: Iterable[str]) -> str:
    """What may be set, in a line: names with a dot by what they are of."""
    plain = [name for name in names if "." not in name]
    families = dict.fromkeys(name.split(".")[0] for name in names if "." in name)
    whose = "an activity type or a stage behind the dot"
    return f"choose {', '.join(plain)}, or {'., '.join(families)}. with {whose}"


def build_beside(settings: Mapping[str, int], *words: str) -> None:
    """Build a candidate, from nothing, with values of thresholds and options of dbt.

    Raises:
        Fault: that of `empty_candidate` and of `rebuild`.
    """
    empty_candidate()
    selected = ("--select", "tag:what_if", *GUARD_TESTS)
    rebuild("what_if", "build", *UNTESTED, *selected, *words, thresholds=settings)


def empty_candidate() -> None:
    """Drop what an earlier candidate left, so that nothing of it is compared.

    Raises:
        Fault: nothing is built yet, or not to the end, or the database is held or
            being built.
    """
    path = existing(database_path())
    with (
        # what a build that is under way replaces would be tried in vain
        draft.reserved(path),
        connect(path, read_only=False) as connection,
        finished(connection, path),
    ):
        check_whole(connection, path)
        connection.execute("drop schema if exists what_if cascade")


def rebuild(
    target: str, command: str, *words: str, thresholds: Mapping[str, int] | None = None
) -> set[str]:
    """Run dbt's command on the candidate; return the files of what it built.

    It has the vars of the last build, so that nothing but rules and ledger differ.

    Args:
        target: folder below dbt's target folder, for what dbt keeps between runs.
        command: build or run.
        words: its options, with --select.
        thresholds: the candidate's values of thresholds, by their names.

    Raises:
        Fault: dbt's own message about what fails first, a seed can't be read, or a
            build is under way.
    """
    check_seeds()
    with built_warehouse() as connection:
        (said,) = connection.execute("select vars from build_status").fetchone()
    values = json.loads(said)
    if thresholds:
        values["what_if"] = thresholds
    # a second that a wrong word on the command line need not wait for
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder = Path(os.environ.get("DBT_TARGET_PATH", "target"), target)
    scope = ["--target", "what_if", "--target-path", str(folder)]
    # dbt parses again where vars are given that were not
    if values:
        scope += ["--vars", json.dumps(values)]
    with draft.reserved(database_path()):
        try:
            outcome = dbtRunner().invoke([*QUIET, command, *scope, *words])
        finally:
            # dbt keeps the file open for its next run, and others out of it until then
            DuckDBConnectionManager.close_all_connections()
    check_room(str(outcome.exception))
    if outcome.exception is not None:
        raise Fault(_shortened(str(outcome.exception)))
    for result in outcome.result.results:
        if result.status in ("error", "fail"):
            raise Fault(_why(result))
    return {
        Path(result.node.original_file_path).as_posix()
        for result in outcome.result.results
    }


def _why(result: NodeResult) -> str:
    """dbt's message; of a promise that is broken also the row that breaks it."""
    if result.status == "error":
        check_room(result.message)
        return _shortened(result.message)
    broken = first_row(database_path(), result.node.compiled_code)
    return f"refused by the test {result.node.name}: {broken}"


def _shortened(message: str) -> str:
    lines = [line.rstrip() for line in message.splitlines() if line.strip()]
    return "\n".join(lines[:LINES])
