"""Runs `dbt build` with a bar of its progress, and says last what wants a look.

dbt's own log goes to its file; without a terminal there is no progress bar.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from smartcrm.faults import Fault, check_room

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeResult
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from smartcrm.dbt_plugin import find_inputs
from smartcrm.files import draft
from smartcrm.seeds import check_seeds
from smartcrm.terminal import plain
from smartcrm.warehouse import database_path, first_row

CONSOLE = Console(stderr=True, highlight=False, soft_wrap=True)
SHOWN_LINES = 6  # of a message
ROW_SIZE = 200  # characters of a row that a test found
CHATTER = re.compile(
    r"\x1b\[[0-9;]*m|^\s*(?:> .*|\w+ Error(?: in .*)?)$|^\s*Invalid Input Error: ",
    re.MULTILINE,
)
# what is wrong with a file that is read, whichever model reads it
INPUT = re.compile(r"\w+_path '")
# what DuckDB says of a file that ends in .gz and is not whole, or is something else
UNPACKABLE = re.compile(r"(?:Unexpected end of|Input is not a) GZIP stream.*")


def brief(message: str) -> str:
    """A message without its colours and without where in dbt it came from."""
    message = re.sub(r"Got (\d+) result(s?), configured .*", r"\1 row\2", message)
    message = UNPACKABLE.sub(r"\g<0>; unpack it, or export it again", message)
    lines = [plain(line.strip()) for line in CHATTER.sub("", message).splitlines()]
    return "\n  ".join([line for line in lines if line][:SHOWN_LINES])


class Report:
    """Listens to dbt's events: moves the bar, and keeps warnings for the end."""

    def __init__(self, console: Console) -> None:
        """Start with nothing run."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self.bar = Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        )
        self.task = self.bar.add_task("Reading the project", total=None)
        self.problems: list[tuple[str, str]] = []  # how bad, and what

    def hear(self, event: EventMsg) -> None:
        """Take note of one event."""
        message = brief(event.info.msg)
        match event.info.name:
            case "LogStartLine":
                self.bar.update(
                    self.task,
                    description="Deciding and testing",
                    completed=event.data.index - 1,
                    total=event.data.total,
                )
            # what went wrong comes in two events: where, then what
            case "JinjaLogWarning" | "RunResultWarning":
                where = message.removeprefix("Warning in test ")
                self.problems.append(("Warning", where))
            case "RunResultFailure":
                self.problems.append(("Failed", message.removeprefix("Failure in ")))
            case "RunResultError" | "RunResultWarningMessage":
                if message:
                    kind, where = self.problems.pop()
                    said = message if INPUT.match(message) else f"{where}: {message}"
                    self.problems.append((kind, said))

    def name_rows(
        self, results: Iterable[NodeResult], values: Mapping[str, object]
    ) -> None:
        """Say beside each test that failed the first of the rows that it found.

        What a test that warns says of its rows by itself is not said again.
        """
        database = draft.draft_of(database_path())
        inputs = find_inputs(Path(), values)
        for result in results:
            if result.status == "warn" and "exceptions.warn(" in result.node.raw_code:
                self.problems = [
                    (kind, said)
                    for kind, said in self.problems
                    if not is_of(said, result)
                ]
            if result.status != "fail" or result.node.resource_type != "test":
                continue
            with suppress(Fault, duckdb.Error):
                row = plain(first_row(database, result.node.compiled_code, *inputs))
                row = row if len(row) <= ROW_SIZE else f"{row[:ROW_SIZE]}…"
                self.problems = [
                    (kind, f"{said}, such as {row}" if is_of(said, result) else said)
                    for kind, said in self.problems
                ]


def is_of(said: str, result: NodeResult) -> bool:
    """Whether a message is about what came of a node."""
    return result.node.name in said.split()[:2]


def run(
    *words: str, values: Mapping[str, object], warnings: list[str] | None = None
) -> bool:
    """`dbt build WORDS` with the vars given; whether all of it succeeded.

    Its warnings are added to the list, if there is one and all went well; else printed.

    Raises:
        Fault: dbt could not run, the disk is full, or a seed can't be read.
    """
    check_seeds()
    last_build = _stamp()
    report = Report(CONSOLE)
    level = os.environ.get("DBT_LOG_LEVEL_FILE", "debug")
    words = ("--log-level", "none", "--log-level-file", level, "build", *words)
    if values:
        words = (*words, "--vars", json.dumps(values))
    try:
        with report.bar:
            outcome = dbtRunner(callbacks=[report.hear]).invoke([*words])
    finally:
        # dbt keeps the file open for its next run, and others out of it until then
        DuckDBConnectionManager.close_all_connections()
        draft.end(database_path())
    is_kept = last_build is not None and last_build == _stamp()
    kept = f"; {database_path()} is as the last good build left it" if is_kept else ""
    said = (message for _, message in report.problems)
    check_room(str(outcome.exception), *said, kept=kept)
    if isinstance(outcome.exception, OSError) and outcome.exception.filename:
        file, why = outcome.exception.filename, outcome.exception.strerror
        raise Fault(f"{file} can't be written ({why}); free its folder{kept}")
    if outcome.exception is not None:
        raise Fault(brief(str(outcome.exception)))
    if not outcome.success:
        log = Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log"
        print(f"dbt failed; its log is {log}{kept}", file=sys.stderr)
    if outcome.result is not None:
        report.name_rows(outcome.result.results, values)
    warned, failed = (
        sorted({message for kind, message in report.problems if kind == sought})
        for sought in ("Warning", "Failed")
    )
    if warnings is not None and outcome.success:
        warnings += warned
        warned = []
    # failures come last, in one line each, where they are read
    warn(warned)
    for message in failed:
        CONSOLE.print(f"Failed: {' '.join(message.split())}", style="red", markup=False)
    return bool(outcome.success)


def warn(messages: Iterable[str]) -> None:
    """Print warnings of a build."""
    for message in messages:
        CONSOLE.print(f"Warning: {message}", style="yellow", markup=False)


def _stamp() -> tuple[int, int] | None:
    """What tells one build in the database's place from another, if there is one."""
    path = database_path()
    if not path.exists():
        return None
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns
