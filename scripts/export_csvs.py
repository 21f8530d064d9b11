"""Writes decisions and lists to work on as CSV files, safe to open in a spreadsheet."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from warehouse import Fault, built_warehouse
from whole_file import whole_file

TABLES = (
    "leads_with_stages",
    "leads_with_feedback_flags",
    "leads_with_nurture_tracks",
    "opportunity_leads",
)

# What a spreadsheet takes for the start of a formula.
FORMULA = r"^[=+\-@\t\r]"


def read_columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Column names and SQL types of a table, in its order."""
    rows = connection.sql(f"describe {table}").fetchall()
    return {name: sql_type for name, sql_type, *_ in rows}


def render_query(table: str, columns: dict[str, str]) -> str:
    """SQL that reads a table in order, texts quoted where they could be formulas."""
    selected = [
        f"case when regexp_matches({name}, '{FORMULA}') "
        f"then concat('''', {name}) else {name} end as {name}"
        if sql_type == "VARCHAR"
        else name
        for name, sql_type in columns.items()
    ]
    return f"select {', '.join(selected)} from {table} order by 1, 2, 3, 4"


def export(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Write one table as a CSV file with a header, whole or not at all."""
    query = render_query(table, read_columns(connection, table))
    with whole_file(path) as partial:
        target = str(partial).replace("'", "''")
        connection.execute(f"copy ({query}) to '{target}' (format csv, header)")


def main(argv: list[str] | None = None) -> int:
    """Return 0 when the files are written, 2 when they can't be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("outputs"), help="folder")
    arguments = parser.parse_args(argv)
    try:
        with built_warehouse() as connection:
            for table in TABLES:
                path = arguments.out / f"{table}.csv"
                export(connection, table, path)
                print(path)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
