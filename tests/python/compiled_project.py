"""The project's compiled SQL in one DuckDB in memory, run again for input after input.

dbt compiles it once; to run all of it for a few hundred leads then takes less time than
dbt needs to start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from reference.reading import ACTIVITY_FIELDS, LEAD_FIELDS, STAGE_CHANGE_FIELDS, Row
from smartcrm.simulation.rules import read_sql
from smartcrm.warehouse import connect_in_memory

# where the compiled models read the sample, and its columns
INPUTS = {
    "leads_cleaned_1000": LEAD_FIELDS,
    "activities": ACTIVITY_FIELDS,
    "stage_changes": STAGE_CHANGE_FIELDS,
}
# what earlier builds and the ledger say, as the build of the sample has it
KEPT = (
    *("current_build", "rule_numbers", "thresholds_in_force", "lead_overrides"),
    *("pain_point_summaries", "lead_history", "lead_stage_spells"),
)
# of these what is about leads, of which those that are tried have none
EMPTIED = (*KEPT[3:], *INPUTS)
# views that several read
STORED = (
    *("stg_lead_rows", "stg_activity_rows", "stg_stage_change_rows"),
    *("intent_receipts", "leads_with_stages", "leads_with_work", "leads"),
)
# the day that the tests are held on
TODAY = date(2026, 10, 31)


class CompiledProject:
    """Models of the last build, run on what is put in the sample's place."""

    def __init__(self, built: Path, target: Path, *wanted: str) -> None:
        """Run WANTED and what they read, as the target folder has them compiled."""
        self.database = connect_in_memory(threads=1)
        self.database.execute("set TimeZone = 'UTC'")
        self.database.execute("attach $path as built (read_only)", {"path": str(built)})
        self.models: dict[str, str] = {}
        nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
        for node in upstream(nodes, wanted):
            name, kind = node["name"], node["config"]["materialized"]
            if name in KEPT or node["resource_type"] == "seed":
                rows = " limit 0" if name in EMPTIED else ""
                self.database.execute(
                    f'create table {name} as from built.main."{node["alias"]}"{rows}'
                )
            elif kind != "ephemeral":
                sql = on_the_day(read_sql(target, node, "main"))
                if kind == "view" and name not in STORED:
                    self.database.execute(f"create view {name} as {sql}")
                else:
                    self.models[name] = sql
                    self.database.execute(f"create table {name} as {sql}")

    def run(
        self, leads: Sequence[Row], activities: Sequence[Row], changes: Sequence[Row]
    ) -> None:
        """Decide about leads by these rows."""
        for (table, columns), rows in zip(
            INPUTS.items(), (leads, activities, changes), strict=True
        ):
            self.fill(table, columns, rows)
        for name, sql in self.models.items():
            self.database.execute(f"create or replace table {name} as {sql}")

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put rows of text in a table's place."""
        texts = [[row.get(column) for row in rows] for column in columns]
        places = ", ".join(f"unnest(?::varchar[]) as {column}" for column in columns)
        self.database.execute(f"create or replace table {table} as select {places}", texts)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()


def upstream(
    nodes: Mapping[str, Mapping[str, Any]], wanted: Iterable[str]
) -> Iterator[Mapping[str, Any]]:
    """What models are made of, each after what it reads, and the models themselves."""
    seen: set[str] = set()

    def walk(key: str) -> Iterator[Mapping[str, Any]]:
        if key in seen or key not in nodes:
            return
        seen.add(key)
        if nodes[key]["name"] not in KEPT:
            for parent in nodes[key]["depends_on"].get("nodes", []):
                yield from walk(parent)
        yield nodes[key]

    for name in wanted:
        yield from walk(f"model.smartcrm.{name}")


def on_the_day(sql: str) -> str:
    """SQL that takes TODAY for today, on whichever day it runs."""
    return sql.replace("CURRENT_DATE", f"DATE '{TODAY}'")
