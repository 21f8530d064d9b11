"""Writes made-up worlds to files, a part of the leads at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import duckdb

from smartcrm.files.atomic import write_together
from smartcrm.warehouse import connect_in_memory
from smartcrm.world.making import begin_world, make_leads
from smartcrm.world.parameters import sample_values

RECORDS = ("leads", "activities", "stage_changes")
LAST_DAY = date(2026, 10, 31)
ARRIVAL_DAYS = 545
# As many leads at a time as fit into little memory, with all that happened to them.
CHUNK = 50_000


def write_records(folder: Path, rows: int, seed: int) -> dict[str, Path]:
    """Write what a CRM holds of a world to Parquet; the files, by the vars for them."""
    paths = {name: folder / f"{name}.parquet" for name in RECORDS}
    write_world(paths, rows, seed)
    return {f"{name}_path": path for name, path in paths.items()}


def write_world(
    paths: dict[str, Path],
    rows: int,
    seed: int,
    threads: int = 1,
    values: Mapping[str, float] | None = None,
) -> None:
    """Write the named tables of the world, all of them whole or none.

    Args:
        paths: a .csv or .parquet file for each table that is wanted, which is one of
            RECORDS or truth.
        values: the numbers that the world is made by; the sample's if none.

    Raises:
        Fault: a folder can't be made or written.
        duckdb.Error: the disk is full, for one.
    """
    # One thread is as fast as many here and hears Ctrl-C, which others often miss;
    # DuckDB 2 can hang where Ctrl-C meets an asynchronous write.
    writes = {} if duckdb.__version__.startswith("1.") else {"async_threads": 0}
    with ExitStack() as stack:
        begin = stack.enter_context(write_together())
        drafts = {name: begin(path) for name, path in paths.items()}
        beside = next(iter(paths.values())).parent
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix=".world-", dir=beside)
        )
        database = stack.enter_context(connect_in_memory(threads=threads, **writes))
        kept = {"path": str(Path(folder, "kept.duckdb"))}
        database.execute("attach $path as kept", kept)
        begin_world(
            database,
            values or sample_values(),
            seed=seed,
            last_day=LAST_DAY,
            days=ARRIVAL_DAYS,
            id_digits=max(4, len(str(rows))),
        )
        for first in range(0, max(rows, 1), CHUNK):
            make_leads(database, first, min(first + CHUNK, rows))
            for name in paths:
                database.execute(
                    f"create table if not exists kept.{name} as from {name} limit 0;"
                    f"insert into kept.{name} from {name}"
                )
        for name, draft in drafts.items():
            database.execute(
                f"copy kept.{name} to $path (format $format, use_tmp_file false)",
                {"path": str(draft), "format": paths[name].suffix.lower()[1:]},
            )
