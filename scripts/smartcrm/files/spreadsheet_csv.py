"""Writes rows of a table as a CSV file that is safe to open in a spreadsheet."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from smartcrm.warehouse import read_columns

# What a spreadsheet takes for a formula; some take signs of full width for it, too.
SIGN = r"[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
# What a cell may begin behind, where a file is opened as one of semicolons or of tabs.
SEPARATORS = (";", "\t", "\r", "\n")


def render_cell(name: str, sql_type: str) -> str:
    """SQL of a column, quoted wherever a cell of its text could be a formula."""
    column = f'"{name}"'
    if sql_type != "VARCHAR":
        return column
    begins = f"(^|[{''.join(SEPARATORS)}])({SIGN})"
    quoted = f"regexp_replace({column}, '{begins}', '\\1''\\2', 'g')"
    # by which most texts can be told at once
    hints = [f"contains({column}, '{each}')" for each in SEPARATORS]
    hints += [f"regexp_matches({column}, '^{SIGN}')"]
    return f"case when {' or '.join(hints)} then {quoted} else {column} end"


def render_selected(columns: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """SQL of the columns that have a header, each under its header."""
    return ", ".join(
        f'{render_cell(name, columns[name])} as "{header}"'
        for name, header in headers.items()
    )


def why_unwritten(error: str) -> str:
    """Why DuckDB can't write a file: in the system's words, where it passes them on."""
    number = re.search(r'"errno":"(\d+)"', error)
    return os.strerror(int(number[1])) if number else error.splitlines()[0]


def export(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    partial: Path,
    *,
    headers: Mapping[str, str] | None = None,
    condition: str = "true",
    order: str = "1, 2, 3, 4",
    has_byte_order_mark: bool = False,
) -> None:
    """Write a table as a CSV file with a header, to a temporary file.

    `headers` are the columns to write and what to call them, in order; all as they
    are if none. `condition` and `order` are SQL. Excel reads UTF-8 where the file
    begins with a byte order mark; other programs may take it for text.

    Raises:
        OSError: the file can't be written.
    """
    columns = read_columns(connection, table)
    titles = dict(headers or {name: name for name in columns})
    if has_byte_order_mark:
        first = next(iter(titles))
        titles[first] = f"\ufeff{titles[first]}"
    selected = render_selected(columns, titles)
    query = f"select {selected} from {table} where {condition} order by {order}"
    # DuckDB needs none of its own
    copy = f"copy ({query}) to $path (format csv, header, use_tmp_file false)"
    try:
        connection.execute(copy, {"path": str(partial)})
    except duckdb.IOException as error:
        raise OSError(why_unwritten(str(error))) from None
