"""Makes small worlds to estimate from, and a big one of the same kind to judge by."""

from __future__ import annotations

import os
from pathlib import Path

from smartcrm.faults import Fault

import duckdb

from generate_leads import write_world
from smartcrm import dbt_build
from smartcrm.progress import progress
from smartcrm.warehouse import connect_in_memory

TABLES = ("leads", "stage_changes")
LAST_DAY = "2026-10-31"
HORIZON_DAYS = 90
WORLD_LEADS = 1000
# the worlds' seeds begin at 1
TRUTH_SEED = 0
LIVES = Path(__file__).with_name("lives.sql")


def write_truth(folder: Path, lead_count: int) -> duckdb.DuckDBPyConnection:
    """Make the big world; return a connection whose table `lives` has its leads.

    A row of `lives` is a lead and a stage: the days it took, null where it never got
    there, the days that the lead has existed for, and its source.
    """
    files = paths_of(folder, "truth")
    write_world(files, lead_count, TRUTH_SEED)
    database = connect_in_memory()
    for name, value in {**files, "last_day": LAST_DAY}.items():
        database.execute(f"set variable {name} = $value", {"value": str(value)})
    database.execute(LIVES.read_text(encoding="utf-8"))
    return database


def write_worlds(folder: Path, count: int) -> dict[str, Path]:
    """Make worlds, and one file for each table with the rows of all of them."""
    for number in progress(range(1, count + 1), count, "Making worlds"):
        write_world(paths_of(folder, f"W{number:04}"), WORLD_LEADS, number)
    joined = {name: folder / f"{name}.parquet" for name in TABLES}
    for name, path in joined.items():
        rows = connect_in_memory().sql(
            "select regexp_extract(filename, 'W[0-9]+') as world, * exclude (filename)"
            " replace (concat(world, '-', lead_id) as lead_id)"
            f" from read_parquet('{folder}/W*_{name}.parquet', filename = true)"
        )
        if name == "leads":
            rows = rows.select("*, concat(world, ' ', source) as world_source")
        rows.write_parquet(str(path))
    return joined


def build(folder: Path, files: dict[str, Path], models: tuple[str, ...]) -> Path:
    """Build models of all worlds, and return the database.

    Each world is a segment, and so is each of its sources.

    Raises:
        Fault: dbt can't run, or a model fails.
    """
    database = folder / "smartcrm.duckdb"
    os.environ |= {
        "SMARTCRM_DB": str(database),
        # settings of one's own, which must not cost the next build its parsed files
        "DBT_TARGET_PATH": str(folder / "dbt"),
    }
    values = {f"{name}_path": str(path) for name, path in files.items()}
    succeeded = dbt_build.run(
        *("--select", *(f"+{model}" for model in models)),
        *("--exclude-resource-type", "test", "unit_test"),
        values={
            **values,
            "as_of_date": LAST_DAY,
            "horizon_days": HORIZON_DAYS,
            "extra_columns": ["world", "world_source"],
            "segments": ["world", "world_source"],
        },
    )
    if not succeeded:
        raise Fault("the worlds could not be built")
    return database


def paths_of(folder: Path, world: str) -> dict[str, Path]:
    """The files of a world."""
    return {name: folder / f"{world}_{name}.parquet" for name in TABLES}
