"""Apache Spark in this process, as dbt's session method has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
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
OLDEST = 17


def find_java() -> int | None:
    """The version of the Java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin/java")) if home else shutil.which("java")
    if not java or not Path(java).exists():
        return None
    said = subprocess.run(
        [java, "-version"], text=True, capture_output=True, check=False
    )
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    return int(version[1]) if version else None


def get_java() -> None:
    """Install Java, unless there is one.

    Raises:
        Fault: there is none, and none can be installed, or it is too old.
    """
    version = find_java()
    failure = ""
    if version is None:
        print(f"No Java is here: installing the package {JAVA}", flush=True)
        failure = install(JAVA)
        version = find_java()
    needed = f"install Java {OLDEST} or newer, such as the package {JAVA}"
    if version is None:
        raise Fault(f"Java can't be had ({failure}): {needed}, or set JAVA_HOME")
    if version < OLDEST:
        raise Fault(f"Java is {version}: {needed}, and set JAVA_HOME")


class Spark(Engine):
    """The session, which dbt starts with the settings of its profile."""

    name = "spark"

    def __enter__(self) -> Spark:
        """Forget what an earlier run left, and start the session.

        Raises:
            Fault: pyspark or Java can't be had, or Spark does not start.
        """
        if find_spec("pyspark") is None:
            raise Fault(
                "pyspark is not installed; run make spark, with Python 3.11 or newer"
            )
        get_java()
        os.environ["SMARTCRM_SCHEMA"] = SCHEMA
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

    def __exit__(self, *_: object) -> None:
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
