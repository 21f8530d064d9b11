"""The ledger of overrides and changes of the rules, and its trial in the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smartcrm.faults import Fault

import duckdb

from smartcrm.files.append_only import AppendOnlyCsv
from smartcrm.warehouse import connect, database_path

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
def trial(content: bytes) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse with `content` as its ledger; it is as it was afterwards.

    Raises:
        Fault: nothing is built yet, the database can't be opened, or `content` be read.
    """
    path = database_path()
    if not path.exists():
        raise Fault(f"{path} is not there; run `dbt build` first")
    with connect(path, read_only=False) as connection:
        connection.begin()
        try:
            load(connection, content)
            yield connection
        except duckdb.CatalogException as error:
            reason = str(error).splitlines()[0].split("Error: ")[-1]
            raise Fault(f"{path}: {reason}; run `dbt build` to the end first") from None
        finally:
            connection.rollback()


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
