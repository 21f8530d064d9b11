"""The ledger: a file that one writer at a time appends to, tried in the engine."""

import csv
import errno
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from smartcrm.faults import Fault
from smartcrm.warehouse import built_warehouse, database_path

PATH = Path("seeds/logic_overrides.csv")
LOCK_SECONDS = 60
HEADER = (
    "override_id,logged_at,logged_by,target_kind,target,field,old_value,new_value,"
    "reason,expires_on"
)
WIDTH = HEADER.count(",") + 1
NULLS = ("", "null")

Row = list[str | None]


@contextmanager
def locked_ledger() -> Iterator[bytes]:
    """The file's content, while every other writer waits.

    Raises:
        Fault: another process keeps the lock for LOCK_SECONDS, or the file can't be
            read or written.
    """
    lock = PATH.with_name(f".{PATH.stem}.lock")
    try:
        with FileLock(lock, timeout=LOCK_SECONDS):
            yield PATH.read_bytes()
    except Timeout:
        held = f"another process has held {lock} for {LOCK_SECONDS} s"
        raise Fault(f"{PATH}: {held}; end it and run this again") from None
    except OSError as error:
        raise Fault(
            f"{PATH}: {error.strerror}; it is as it was: run this in the project's "
            "folder, where you can write and have space"
        ) from None


def parse_rows(content: bytes) -> list[Row]:
    """One list of WIDTH fields an entry, in the file's order, with dbt's nulls.

    Raises:
        Fault: a line is not UTF-8, no CSV, or has too many or too few fields.
    """
    rows: list[Row] = []
    line = 1
    text = content.decode("utf-8-sig", errors="surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for fields in reader:
            "".join(fields).encode()
            if not rows and ",".join(fields) != HEADER:
                raise csv.Error(f"the header is not {HEADER}")
            if len(fields) != WIDTH:
                raise csv.Error(f"{len(fields)} fields, not {WIDTH}")
            rows.append([None if f.strip().lower() in NULLS else f for f in fields])
            line = reader.line_num + 1
        if not rows:
            raise csv.Error("the header is missing")
    except (csv.Error, UnicodeEncodeError) as error:
        why = str(error) if isinstance(error, csv.Error) else "it is not UTF-8"
        start = text.split("\n")[line - 1].rstrip("\r")[:80]
        raise Fault(
            f"{PATH} line {line}: '{start}' can't be read ({why}); correct it first"
        ) from None
    return rows[1:]


def render_line(content: bytes, fields: Sequence[str]) -> bytes:
    """The bytes that put an entry, as one line, at the end of `content`."""
    newline = "\r\n" if b"\r\n" in content else "\n"
    line = io.StringIO(newline="")
    line.write("" if content.endswith(b"\n") else newline)
    csv.writer(line, lineterminator=newline).writerow(fields)
    return line.getvalue().encode()


def append(content: bytes, line: bytes) -> None:
    """Append a line to the file, which holds `content`: all of it, or raise OSError."""
    file = os.open(PATH, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        if os.fstat(file).st_size != len(content):
            raise OSError(errno.EAGAIN, "it was edited just now")
        try:
            # one write, so that a writer who is killed leaves the line or nothing
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            os.ftruncate(file, len(content))
            raise
    finally:
        os.close(file)


@contextmanager
def replay(content: bytes) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse in memory, with `content` as its ledger.

    Raises:
        Fault: nothing is built yet, its file can't be opened, or `content` be read.
    """
    rows = parse_rows(content)
    with built_warehouse() as built, duckdb.connect() as connection:
        # a view's SQL may name the catalog, so the one in memory is called the same
        [(name,)] = built.sql("select current_database()").fetchall()
        path = str(database_path()).replace("'", "''")
        connection.execute(f"attach '{path}' as \"{name}_built\" (read_only)")
        connection.execute(f"attach if not exists ':memory:' as \"{name}\"")
        connection.execute(f"use \"{name}\"; set TimeZone = 'UTC'")
        tables = "select table_name from duckdb_tables() where schema_name = 'main'"
        for (table,) in built.sql(tables).fetchall():
            source = f'"{name}_built".main."{table}"'
            kind = "table" if table == "logic_overrides" else "view"
            connection.execute(f'create {kind} "{table}" as from {source}')
        views = "select sql from duckdb_views() where schema_name = 'main'"
        waiting = built.sql(f"{views} and not internal").fetchall()
        for _ in list(waiting):
            waiting = [view for view in waiting if not _is_created(connection, *view)]
        load(connection, rows)
        yield connection


def _is_created(connection: duckdb.DuckDBPyConnection, view: str) -> bool:
    try:
        # DuckDB 1 keeps a cross join as a comma, which binds looser than the next join
        connection.execute(view.replace(" , ", " cross join "))
    except duckdb.CatalogException:  # it reads one that is not there yet
        return False
    return True


def load(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    """Make `rows` the ledger of a replay."""
    fields = ", ".join(f"fields[{n + 1}]" for n in range(WIDTH))
    unnested = f"select {fields} from (select unnest(?::varchar[][]) as fields)"
    connection.execute("truncate logic_overrides")
    connection.execute(f"insert into logic_overrides {unnested}", [rows])
