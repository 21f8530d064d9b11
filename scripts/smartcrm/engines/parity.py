"""Builds leads on DuckDB and on another engine, and compares every relation."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

import duckdb

from smartcrm import dbt_build
from smartcrm.engines.engine import Engine
from smartcrm.rules.decisions import read_manifest
from smartcrm.warehouse import connect, read_columns, read_rows

# where a row came from differs, as a table's name does from a file's
LEFT_OUT = {
    "source_files": {"file_name", "header_line", "note_line"},
    "current_build": {"leads_from"},
    "lead_history": {"history_id"},
}
# digits by which doubles are compared: the order of a sum decides the last ones
DIGITS = 10


class Compared(NamedTuple):
    """A relation, how many rows DuckDB has, and the rows that only one side has."""

    relation: str
    row_count: int
    only_duckdb: list[dict]
    only_engine: list[dict]
    differing_count: int


def build(
    target: str,
    folder: Path,
    values: dict[str, str],
    selection: tuple[str, ...] = (),
    *,
    is_tested: bool = False,
) -> None:
    """Build seeds, models and snapshots with a target; the folder has what dbt says.

    It has DuckDB's database, too.

    Args:
        selection: what to build of it; all of it if empty.
        is_tested: with data tests and unit tests; equal rows pass the same data tests.

    Raises:
        Fault: dbt can't run, or a node fails.
    """
    os.environ["SMARTCRM_DB"] = str(folder / "smartcrm.duckdb")
    os.environ["DBT_TARGET_PATH"] = str(folder / "dbt")
    words = ("--target", target)
    words += () if is_tested else ("--exclude-resource-type", "test", "unit_test")
    words += ("--select", *selection) if selection else ()
    if not dbt_build.run(*words, values=values):
        raise Fault(f"{target} could not be built")


def relation_names(folder: Path) -> list[str]:
    """What the last build in a folder made, in the order of names."""
    run = json.loads((folder / "dbt/run_results.json").read_text("utf-8"))
    made = {result["unique_id"] for result in run["results"]}
    return sorted(
        node["name"]
        for node in read_manifest(folder / "dbt").values()
        if node["unique_id"] in made
        and node["resource_type"] in ("seed", "model", "snapshot")
        and node["config"]["materialized"] != "ephemeral"
    )


def shown_column(name: str, kind: str) -> str:
    """SQL of a column whose last digits are left out."""
    if kind == "DOUBLE":
        # minus zero is zero
        return f'format(\'{{:.{DIGITS}g}}\', "{name}" + 0.0) as "{name}"'
    return f'"{name}"'


def count_of(database: duckdb.DuckDBPyConnection, relation: str) -> int:
    """How many rows a relation has."""
    return database.execute(f"select count(*) from {relation}").fetchall()[0][0]


def compare(
    engine: Engine, folder: Path, files: Iterable[Path] = ()
) -> Iterator[Compared]:
    """Compare each relation of DuckDB's last build in a folder, row by row.

    Some are views of the files that were built from.
    """
    built = folder / "smartcrm.duckdb"
    folders = [folder, *(file.parent for file in files)]
    with connect(built, read_only=True, folders=folders) as database:
        for relation in relation_names(folder):
            columns = read_columns(database, f'"{relation}"')
            for name in LEFT_OUT.get(relation, ()):
                columns.pop(name, None)
            shown = ", ".join(
                shown_column(name, kind) for name, kind in columns.items()
            )
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                theirs = engine.read(relation, columns, Path(scratch))
                database.execute(
                    "create or replace temp table theirs as"
                    f" select {shown} from {theirs}"
                )
            sides = [f'(select {shown} from "{relation}")', "theirs"]
            examples = []
            differing_count = 0
            for one, other in (sides, sides[::-1]):
                database.execute(
                    "create or replace temp table missing as"
                    f" (from {one} except all from {other})"
                )
                differing_count += count_of(database, "missing")
                shown_rows = "from missing order by all limit 3"
                examples.append(read_rows(database, shown_rows))
            row_count = count_of(database, f'"{relation}"')
            yield Compared(relation, row_count, *examples, differing_count)
