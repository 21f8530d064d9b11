"""The ledger of overrides and changes of the rules, and its trial in the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from smartcrm.files.append_only import AppendOnlyCsv
from smartcrm.warehouse import trial

LEDGER = AppendOnlyCsv(
    Path("seeds/logic_overrides.csv"),
    (
        *("override_id", "logged_at", "logged_by", "target_kind", "target", "field"),
        *("old_value", "new_value", "reason", "expires_on"),
    ),
    wait_seconds=60,
)
NULLS = ("", "null")  # what dbt reads as no value


@contextmanager
def ledger_trial(content: bytes) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse with `content` as its ledger; it is as it was afterwards.

    A part of a build will do: an edit has to be logged before it can be built.

    Raises:
        Fault: nothing is built yet, the database can't be opened, or `content` be read.
    """
    with trial() as connection:
        load(connection, content)
        yield connection


def load(connection: duckdb.DuckDBPyConnection, content: bytes) -> None:
    """Make `content` the ledger of a trial.

    Raises:
        Fault: it can't be read.
    """
    rows = [
        [None if field.strip().lower() in NULLS else field for field in row]
        for row in LEDGER.parse(content).rows
    ]
    fields = ", ".join(f"fields[{n + 1}]" for n in range(len(LEDGER.header)))
    unnested = f"select {fields} from (select unnest(?::varchar[][]) as fields)"
    connection.execute("truncate logic_overrides")
    connection.execute(f"insert into logic_overrides {unnested}", [rows])
