"""Builds the same leads on DuckDB and on other engines, and compares every row.

Of each relation the rows have to be the same: the sample's, those of a hostile CSV on
a later day than its first, and what is read of HubSpot's and Salesforce's exports; or,
with --leads, of that many generated leads.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat, zip_longest
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import command

from filelock import FileLock

from smartcrm.engines import ENGINES, Engine
from smartcrm.engines.inputs import rows_of
from smartcrm.engines.parity import Compared, build, compare
from smartcrm.world.writing import write_records

FOLDER = Path("target/engines")
DATA = Path("tests/python/data")
HOSTILE = {
    "leads_path": DATA / "hostile_leads.csv",
    "activities_path": DATA / "hostile_activities.csv",
    "stage_changes_path": DATA / "hostile_stage_changes.csv",
    "call_notes_path": DATA / "hostile_notes.csv",
}
# what a CRM's mappings have a part in
READ = (
    *("+stg_leads", "+rejected_leads", "+stg_activities", "+rejected_activities"),
    *("+stg_stage_changes", "+rejected_stage_changes", "+set_aside_records"),
)
SEED = 7


class Day(NamedTuple):
    """What to build: files by the vars that name them, other vars, and which part."""

    name: str
    files: dict[str, Path]
    values: dict[str, str]
    selection: tuple[str, ...] = ()


def days(folder: Path, lead_count: int | None) -> Iterator[list[Day]]:
    """The builds, a list for each database: its last day is compared."""
    if lead_count is not None:
        files = write_records(folder, lead_count, SEED)
        yield [Day(f"{lead_count} leads", files, {})]
        return
    yield [Day("sample", {}, {})]
    # on the second day a sixth of the leads has left, and others have changed
    later = folder / "hostile_later.csv"
    rows_of(HOSTILE["leads_path"]).query(
        "leads",
        "select * replace (case when place % 5 = 0 then 'SQL' else funnel_stage end as"
        " funnel_stage) from (select *, row_number() over () as place from leads)"
        " where place % 6 != 0",
    ).select("* exclude (place)").write_csv(str(later), header=True)
    yield [
        Day("first", HOSTILE, {"as_of_date": "2026-10-31"}, ("+lead_history",)),
        Day(
            "hostile CSV, later",
            HOSTILE | {"leads_path": later},
            {"as_of_date": "2026-11-30"},
        ),
    ]
    for crm in ("hubspot", "salesforce"):
        files = {
            f"{record}_path": DATA / crm / f"{record}.csv"
            for record in ("leads", "activities", "stage_changes")
        }
        values = {"crm": crm, "as_of_date": "2026-10-31"}
        yield [Day(f"exports of {crm}", files, values, READ)]


def print_compared(compared: Compared, engine: str) -> None:
    """Say how a relation differs, by an example of each side's."""
    print(f"  {compared.relation}: {compared.differing_count} rows differ")
    sides = {"DuckDB": compared.only_duckdb, engine: compared.only_engine}
    for side, rows in sides.items():
        others = compared.only_engine if side == "DuckDB" else compared.only_duckdb
        for row, other in zip_longest(rows, others, fillvalue={}):
            shown = {
                name: value
                for name, value in row.items()
                if name == "lead_id" or name not in other or other[name] != value
            }
            print(f"    {side}: {shown or 'no such row'}")


def duckdb_folder(number: int, history: list[Day]) -> Path:
    """The folder of what DuckDB makes of a history, for the first that asks and all."""
    folder = FOLDER / f"duckdb/{number}"
    with FileLock(FOLDER / f"duckdb_{number}.lock"):
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            draft.mkdir(parents=True, exist_ok=True)
            for day in history:
                files = {var: str(file) for var, file in day.files.items()}
                build("dev", draft, day.values | files, selection=day.selection)
            draft.rename(folder)
    return folder


def compare_history(engine: Engine, number: int, history: list[Day]) -> int:
    """Build its days and compare the last; return how many relations differ."""
    engine.forget()
    for day in history:
        started = time.perf_counter()
        tables = {var: f"{var}_rows" for var in day.files}
        for var, file in day.files.items():
            engine.load(tables[var], rows_of(file))
        build(
            engine.name,
            FOLDER / engine.name,
            day.values | tables,
            selection=day.selection,
            is_tested=engine.is_tested and not day.files,
        )
        built = time.perf_counter() - started
    all_compared = list(
        compare(engine, duckdb_folder(number, history), day.files.values())
    )
    differing = [compared for compared in all_compared if compared.differing_count]
    rows = sum(compared.row_count for compared in all_compared)
    verdict = f"{len(differing)} differ" if differing else "all the same"
    print(
        f"{engine.name}, {day.name}: {len(all_compared)} relations, {rows} rows: "
        f"{verdict} (built in {built:.0f} s)",
        flush=True,
    )
    for compared in differing:
        print_compared(compared, engine.name)
    return len(differing)


def compare_engine(name: str, histories: list[list[Day]]) -> int:
    """Build all days on an engine and compare; return how many relations differ."""
    os.environ["DBT_LOG_PATH"] = str(FOLDER / name / "logs")
    with ENGINES[name]() as engine:
        return sum(
            compare_history(engine, number, history)
            for number, history in enumerate(histories)
        )


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all rows are the same, 1 when some differ, 2 when one can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", help=f"{', '.join(ENGINES)}; all if none")
    parser.add_argument("--leads", type=int, help="generate so many, and no others")
    args = parser.parse_args(argv)
    for name in args.engines:
        if name not in ENGINES:
            parser.error(f"'{name}' is none of {', '.join(ENGINES)}")
    names = args.engines or [*ENGINES]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    histories = list(days(FOLDER, args.leads))
    # what one engine leaves idle, another uses
    with ProcessPoolExecutor(len(names), get_context("spawn")) as processes:
        differing = list(processes.map(compare_engine, names, repeat(histories)))
    return int(any(differing))


if __name__ == "__main__":
    raise SystemExit(main())
