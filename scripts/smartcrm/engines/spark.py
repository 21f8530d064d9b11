"""Apache Spark in this process, as dbt's session method has it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from smartcrm.faults import Fault

import duckdb

from smartcrm.engines.engine import Engine
from smartcrm.packages import install

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCHEMA = "smartcrm"
# tables and their catalogue; the profile names the same
FOLDER = Path("target/spark")
JAVA = "default-jre-headless"


def get_java() -> None:
    """Install Java, unless there is one.

    Raises:
        Fault: there is none, and none can be installed.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    print(f"No Java is here: installing the package {JAVA}", flush=True)
    failure = install(JAVA)
    if not shutil.which("java"):
        raise Fault(
            f"Java can't be had ({failure}): install Java 17, such as the package "
            f"{JAVA}, or set JAVA_HOME"
        )


class Spark(Engine):
    """The session, which dbt starts with the settings of its profile."""

    name = "spark"

    def __enter__(self) -> Spark:
        """Forget what an earlier run left, and start the session.

        Raises:
            Fault: Java can't be had, or Spark does not start.
        """
        get_java()
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        from dbt.cli.main import dbtRunner

        # the session that dbt starts has the settings of the profile
        started = dbtRunner().invoke(
            ["--log-level", "none", "debug", "--connection", "--target", self.name]
        )
        if not started.success:
            raise Fault("Spark does not start; dbt's log says why")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the session."""
        self._session().stop()

    def _session(self) -> SparkSession:
        from pyspark.sql import SparkSession

        return SparkSession.builder.getOrCreate()

    def forget(self) -> None:
        """Drop the schema."""
        self._session().sql(f"drop schema if exists {SCHEMA} cascade")

    def load(self, table: str, rows: duckdb.DuckDBPyRelation) -> None:
        """Put rows of text into a table."""
        session = self._session()
        with tempfile.TemporaryDirectory(prefix="smartcrm-spark-") as folder:
            file = f"{folder}/rows.parquet"
            rows.write_parquet(file)
            session.sql(f"create schema if not exists {SCHEMA}")
            session.read.parquet(f"file:{file}").write.mode("overwrite").saveAsTable(
                f"{SCHEMA}.{table}"
            )

    def read(self, relation: str, columns: dict[str, str], folder: Path) -> str:
        """Write a relation to Parquet files."""
        files = folder / relation
        rows = self._session().table(f"{SCHEMA}.{relation}").select(*columns)
        rows.write.mode("overwrite").parquet(f"file:{files.absolute()}")
        typed = ", ".join(
            f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items()
        )
        return f"(select {typed} from read_parquet('{files}/*.parquet'))"
