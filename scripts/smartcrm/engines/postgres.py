"""A PostgreSQL server of its own: in a scratch folder, on a free port, for one run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from smartcrm.faults import Fault

import duckdb

from smartcrm.engines.engine import Engine
from smartcrm.packages import install

if TYPE_CHECKING:
    from psycopg2.extensions import connection

SCHEMA = "smartcrm"
# text is ordered by code point, as in DuckDB, and every script's letters have cases
INITDB = ("--username", "smartcrm", "--auth", "trust", "--no-sync")
LOCALE = ("--encoding", "UTF8", "--locale", "C.UTF-8")
# what is thrown away need not survive a crash
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "fsync": "off",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "max_wal_size": "4GB",
}


def find_programs() -> Path | None:
    """The folder of the newest server's programs; None where there is none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def get_programs() -> Path:
    """The folder of a server's programs, installed if need be.

    Raises:
        Fault: there is none, and none can be installed.
    """
    programs = find_programs()
    if programs is None:
        print("No PostgreSQL is here: installing the package postgresql", flush=True)
        failure = install("postgresql")
        programs = find_programs()
        if programs is None:
            raise Fault(
                f"PostgreSQL can't be had ({failure}): install the package postgresql"
            )
    return programs


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Postgres(Engine):
    """The server; dbt finds it by libpq's own variables."""

    name = "postgres"
    is_tested = True

    def __enter__(self) -> Postgres:
        """Start the server.

        Raises:
            Fault: it can't be had, or does not start.
        """
        if find_spec("psycopg2") is None:
            raise Fault("dbt-postgres is not installed; run make postgres")
        self.programs = get_programs()
        os.environ["SMARTCRM_SCHEMA"] = SCHEMA
        # the server refuses to run as root
        self.user = "postgres" if os.geteuid() == 0 else None
        with ExitStack() as started:
            scratch = tempfile.TemporaryDirectory(prefix="smartcrm-postgres-")
            self.folder = Path(started.enter_context(scratch))
            if self.user:
                shutil.chown(self.folder, self.user)
            self._run("initdb", *INITDB, *LOCALE)
            port = str(free_port())
            settings = {**SETTINGS, "port": port}
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            log = str(self.folder / "log")
            self._run("pg_ctl", "start", "--wait", "--log", log, "--options", options)
            started.callback(self._run, "pg_ctl", "stop", "--mode", "immediate")
            os.environ.update(
                PGHOST="127.0.0.1",
                PGPORT=port,
                PGUSER="smartcrm",
                PGDATABASE="postgres",
            )
            os.environ.pop("PGPASSWORD", None)
            self.running = started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and delete its folder."""
        self.running.close()

    def _run(self, program: str, *words: str) -> None:
        data = str(self.folder / "data")
        done = subprocess.run(
            [str(self.programs / program), "--pgdata", data, *words],
            cwd=self.folder,
            user=self.user,
            text=True,
            # a server would keep a pipe open
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            lines = (done.stderr or "").strip().splitlines() or ["no message"]
            raise Fault(f"PostgreSQL's {program} failed: {lines[-1]}")

    def _connect(self) -> connection:
        import psycopg2

        return psycopg2.connect("")

    def forget(self) -> None:
        """Drop the schema."""
        with self._connect() as session, session.cursor() as cursor:
            cursor.execute(f"drop schema if exists {SCHEMA} cascade")

    def load(self, table: str, rows: duckdb.DuckDBPyRelation) -> None:
        """Put rows of text into a table."""
        columns = ", ".join(f'"{name}" text' for name in rows.columns)
        target = f"{SCHEMA}.{table}"
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            rows.query("rows", f"copy rows to '{file.name}' (header, nullstr '\\N')")
            with self._connect() as session, session.cursor() as cursor:
                cursor.execute(
                    f"create schema if not exists {SCHEMA};"
                    f"drop table if exists {target} cascade;"
                    f"create table {target} ({columns})"
                )
                with Path(file.name).open(encoding="utf-8") as text:
                    cursor.copy_expert(
                        f"copy {target} from stdin (format csv, header, null '\\N')",
                        text,
                    )

    def read(self, relation: str, columns: dict[str, str], folder: Path) -> str:
        """Write a relation to a CSV file."""
        file = folder / f"{relation}.csv"
        names = ", ".join(f'"{name}"' for name in columns)
        with (
            self._connect() as session,
            session.cursor() as cursor,
            file.open("w", encoding="utf-8") as text,
        ):
            cursor.copy_expert(
                f"copy (select {names} from {SCHEMA}.{relation})"
                " to stdout (format csv, header, null '\\N')",
                text,
            )
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        return (
            f"read_csv('{file}', header = true, delim = ',', quote = '\"',"
            f" escape = '\"', nullstr = '\\N', columns = {{{types}}},"
            " auto_detect = false, strict_mode = true, max_line_size = 20000000)"
        )
