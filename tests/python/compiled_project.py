"""The project's compiled SQL in one DuckDB in memory, run again for input after input.

dbt compiles it once; to run all of it for a few hundred leads then takes less time than
dbt needs to start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reference.reading import ACTIVITY_FIELDS, LEAD_FIELDS, STAGE_CHANGE_FIELDS, Row
from smartcrm.rules.decisions import read_manifest, upstream
from smartcrm.simulation.rules import read_sql
from smartcrm.warehouse import connect_in_memory

# where the compiled models read the sample, and its columns
INPUTS = {
    "leads_cleaned_1000": LEAD_FIELDS,
    "activities": ACTIVITY_FIELDS,
    "stage_changes": STAGE_CHANGE_FIELDS,
}
# as the build of the sample has it
KEPT = ("current_build", "stg_logic_overrides", *INPUTS)
EMPTIED = (
    "lead_overrides",
    "pain_point_summaries",
    "lead_history",
    "moved_lead_spells",
)
# views that several read
STORED = (
    *("stg_lead_rows", "stg_activity_rows", "stg_stage_change_rows"),
    *("intent_receipts", "leads_with_stages", "leads_with_work", "leads"),
)
# the day that the tests are held on
TODAY = date(2026, 10, 31)


class CompiledProject:
    """Models of the last build, run on what is put in the sample's place."""

    def __init__(
        self, built: Path, target: Path, *wanted: str, emptied: Sequence[str] = EMPTIED
    ) -> None:
        """Run WANTED and what they read, as the target folder has them compiled.

        What is EMPTIED has no rows but those that a test gives it.
        """
        self.database = connect_in_memory(threads=1)
        self.database.execute("set TimeZone = 'UTC'")
        self.database.execute("attach $path as built (read_only)", {"path": str(built)})
        self.tables: dict[str, str] = {}
        self.rules: dict[str, str] = {}
        for node in upstream(read_manifest(target), wanted, (*KEPT, *emptied)):
            if "rules" in node["config"]["tags"]:
                self.rules[node["name"]] = node["checksum"]["checksum"][:12]
            name, kind = node["name"], node["config"]["materialized"]
            if name in (*KEPT, *emptied) or node["resource_type"] == "seed":
                rows = " limit 0" if name in emptied else ""
                self.database.execute(
                    f'create table {name} as from built.main."{node["alias"]}"{rows}'
                )
            elif kind != "ephemeral":
                is_view = kind == "view" and name not in STORED
                self.define(name, on_the_day(read_sql(target, node, "main")), is_view)

    def define(self, name: str, sql: str, is_view: bool = True) -> None:
        """Let a model be this SQL; a table is made again for each input."""
        kind = "view" if is_view else "table"
        if not is_view:
            self.tables[name] = sql
        self.database.execute(f"create or replace {kind} {name} as {sql}")

    def remember(self) -> None:
        """Let the history be what the first build of a database leaves in it."""
        self.database.execute("drop table lead_history")
        self.define(
            "lead_history",
            "select lead_id, funnel_stage, intent_score as crm_intent_score,"
            " last_engaged as crm_last_engaged, as_of_date as valid_from,"
            " null::date as valid_to from stg_leads cross join as_of",
        )

    def run(
        self,
        leads: Sequence[Row],
        activities: Sequence[Row],
        changes: Sequence[Row],
        day: date | str | None = None,
    ) -> None:
        """Decide about leads by these rows, on a day or on their own newest one."""
        if day:
            self.define("as_of", f"select date '{day}' as as_of_date", is_view=False)
        for (table, columns), rows in zip(
            INPUTS.items(), (leads, activities, changes), strict=True
        ):
            self.fill(table, columns, rows)
        self.decide()

    def decide(self) -> None:
        """Decide again, about what the tables hold by now."""
        for name, sql in self.tables.items():
            self.define(name, sql, is_view=False)

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put rows of text in a table's place."""
        texts = [[row.get(column) for row in rows] for column in columns]
        places = ", ".join(f"unnest(?::varchar[]) as {column}" for column in columns)
        self.database.execute(
            f"create or replace table {table} as select {places}", texts
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()


def on_the_day(sql: str) -> str:
    """SQL that takes TODAY for today, on whichever day it runs."""
    return sql.replace("CURRENT_DATE", f"DATE '{TODAY}'")
