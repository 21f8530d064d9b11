"""Makes the leads of a world step by step, in a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from smartcrm.world.parameters import set_values

SQL = Path(__file__).parent
ACTIVITY_TYPES = SQL / "activity_types.csv"
# what leads are and would do, what an office does by habit, and what a CRM holds of it
STEPS = ("leads", "habits", "activities", "stages", "crm")


def begin_world(
    database: duckdb.DuckDBPyConnection,
    values: Mapping[str, float],
    *,
    seed: int,
    last_day: date,
    days: int,
    id_digits: int = 7,
) -> None:
    """Say by which numbers the world is made, and lay down its laws.

    Args:
        days: how many days leads come on, the last of them `last_day`.
    """
    for name, value in {
        "seed": str(seed),
        "id_digits": id_digits,
        "activity_types": str(ACTIVITY_TYPES),
        "last_day": last_day,
        "end_at": datetime.combine(last_day + timedelta(1), time()),
        "arrival_days": days,
    }.items():
        database.execute(f"set variable {name} = $value", {"value": value})
    set_values(database, values)
    database.execute((SQL / "laws.sql").read_text(encoding="utf-8"))


def make_leads(
    database: duckdb.DuckDBPyConnection,
    first: int,
    end: int,
    steps: Iterable[str] = STEPS,
) -> None:
    """Make the leads `first` to `end` of the world, and all that happened to them."""
    database.execute(f"set variable first_lead = {first}")
    database.execute(f"set variable end_lead = {end}")
    for step in steps:
        database.execute((SQL / f"{step}.sql").read_text(encoding="utf-8"))
