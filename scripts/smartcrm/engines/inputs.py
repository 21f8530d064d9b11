"""Reads what leads are built from as rows of text, for engines that read no files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from smartcrm.warehouse import connect_in_memory


def rows_of(file: Path) -> duckdb.DuckDBPyRelation:
    """The rows of a file as text."""
    if file.suffix == ".parquet":
        return connect_in_memory().sql(
            f"select columns(*)::varchar from read_parquet('{file}')"
        )
    return connect_in_memory().sql(
        f"from read_csv('{file}', header = true, all_varchar = true, delim = ',',"
        " quote = '\"', escape = '\"', strict_mode = true, auto_detect = false,"
        f" columns = {{{columns_of(file)}}})"
    )


def columns_of(file: Path) -> str:
    """The columns of a CSV file, for a reader that guesses nothing."""
    with file.open(encoding="utf-8") as lines:
        headers = lines.readline().strip().split(",")
    return ", ".join(f"'{header}': 'varchar'" for header in headers)
