"""Opens and reads the DuckDB file of `dbt build`, or says in one line why it can't."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from smartcrm.faults import Fault, check_room

import duckdb

from smartcrm.terminal import plain

DEFAULT_PATH = "outputs/smartcrm.duckdb"

# Whoever opens the engine, it neither fetches nor loads an extension that nobody named.
LEAST_POWER = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}

# what is wrong with a database that is not one build
PART = (
    "the last run built only a part, and the rest is of an earlier one; run "
    "`dbt build` without a selection"
)

Row = dict[str, Any]


class HeldFault(Fault):
    """Another process keeps the database from being opened."""


def database_path() -> Path:
    """Path of the DuckDB file: SMARTCRM_DB, or the project's own."""
    return Path(os.environ.get("SMARTCRM_DB", DEFAULT_PATH))


def outputs_folder() -> Path:
    """Folder for what is written from the database: beside it, by its name.

    The project's own database has the folder that it is in: outputs/.
    """
    path = database_path()
    if path.resolve() == Path(DEFAULT_PATH).resolve():
        return Path(DEFAULT_PATH).parent
    name = path.stem if path.suffix else f"{path.name}_outputs"
    return path.with_name(name)


def text_literal(text: str) -> str:
    """SQL of a text."""
    return "'" + text.replace("'", "''") + "'"


def confine(
    connection: duckdb.DuckDBPyConnection,
    files: Iterable[Path] = (),
    folders: Iterable[Path] = (),
) -> None:
    """Let a connection reach its databases, these files and folders, and nothing else.

    The engine is locked by it: what is set, stays.
    """
    for setting, paths in (("allowed_paths", files), ("allowed_directories", folders)):
        # a link is where it leads
        found = sorted({str(path.expanduser().resolve()) for path in paths})
        connection.execute(f"set {setting} = [{', '.join(map(text_literal, found))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def connect(
    path: Path,
    *,
    read_only: bool,
    files: Iterable[Path] = (),
    folders: Iterable[Path] = (),
    **settings: object,
) -> duckdb.DuckDBPyConnection:
    """Connect to a DuckDB file, from where only these can be reached besides.

    Raises:
        HeldFault: another process holds the file.
        Fault: it can't be written, or isn't a database.
    """
    try:
        connection = duckdb.connect(
            str(path), read_only=read_only, config=LEAST_POWER | settings
        )
    except duckdb.Error as error:
        raise _why(path, str(error)) from None
    # as in dbt's own connection
    connection.execute("set TimeZone = 'UTC'")
    confine(connection, files, folders)
    return connection


def first_row(
    path: Path, query: str, files: Iterable[Path] = (), folders: Iterable[Path] = ()
) -> str:
    """The first row that a query finds, each value behind its name.

    It may be asked of views of these files, and of files in these folders.

    Raises:
        Fault: the database can't be opened.
        duckdb.Error: the query can't be answered.
    """
    with connect(path, read_only=True, files=files, folders=folders) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description]
        row = found.fetchone() or ()
    pairs = zip(names, row, strict=False)
    return ", ".join(f"{name} {plain(value)}" for name, value in pairs)


def connect_in_memory(**settings: object) -> duckdb.DuckDBPyConnection:
    """Connect to a database of its own, in memory."""
    return duckdb.connect(config=LEAST_POWER | settings)


def _why(path: Path, error: str) -> Fault:
    if "Conflicting lock" in error:
        holder = re.search(r"PID \d+", error)
        by = f" ({holder.group()})" if holder else ""
        return HeldFault(
            f"{path} is in use by another process{by}; close it and run this again"
        )
    reason = error.splitlines()[0].removeprefix("IO Error: ")
    return Fault(
        f"{path} can't be opened: {reason}; set SMARTCRM_DB to a file you can write"
    )


def existing(path: Path) -> Path:
    """The path of a database, which is there.

    Raises:
        Fault: nothing is built yet.
    """
    if not path.exists():
        raise Fault(f"{path} is not there; run `dbt build` first")
    return path


@contextmanager
def built_warehouse(
    path: Path | None = None, folders: Iterable[Path] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read-only connection to a finished build, which can write to the folders.

    It is that of SMARTCRM_DB if no path is given.

    Raises:
        Fault: nothing is built yet, or not to the end, or the file can't be opened.
    """
    path = existing(path or database_path())
    connection = connect(path, read_only=True, folders=folders)
    with connection, finished(connection, path):
        check_whole(connection, path)
        yield connection


@contextmanager
def trial(
    path: Path | None = None, **options: object
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The last build, free to be changed; it is as it was afterwards.

    It is that of SMARTCRM_DB if no path is given; the options are those of `connect`.

    Raises:
        Fault: nothing is built yet, or not to the end, or the file can't be opened.
    """
    path = existing(path or database_path())
    connection = connect(path, read_only=False, **options)
    with connection, finished(connection, path):
        connection.begin()
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def finished(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Say of what a build lacks, or has no room for, what to do.

    Raises:
        Fault: a relation is missing, or the disk is full.
    """
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0].split("Error: ")[-1]
        raise Fault(f"{path}: {reason}; run `dbt build` to the end first") from None
    except duckdb.Error as error:
        check_room(str(error))
        raise


def check_whole(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse what is not one finished build.

    Raises:
        Fault: the last run of dbt built only a part of it.
    """
    (status,) = read_rows(connection, "from build_status")
    if not status["is_whole"]:
        raise Fault(f"{path}: {PART}")


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, **values: str
) -> list[Row]:
    """Rows of a query, each a dict from column to value."""
    found = connection.execute(query, values)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def read_columns(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> dict[str, str]:
    """Column names and SQL types of a relation, in its order."""
    rows = connection.sql(f"describe {relation}").fetchall()
    return {name: sql_type for name, sql_type, *_ in rows}
