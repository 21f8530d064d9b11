from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

ROOT = Path(__file__).parents[2]


class Project:
    """A project folder whose builds go to a database and target folder of their own."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self.scratch = scratch
        self.database = scratch / "smartcrm.duckdb"
        self.env = {
            **os.environ,
            "SMARTCRM_DB": str(self.database),
            "DBT_TARGET_PATH": str(scratch / "target"),
            "DBT_LOG_PATH": str(scratch / "logs"),
            # a test edits rules and ledger as it likes
            "SMARTCRM_GATE": "warn",
        }

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.env,
            text=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def dbt(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        dbt = Path(sys.executable).with_name("dbt")
        variables = ["--vars", yaml.safe_dump(settings)] if settings else []
        return self.run(dbt, "--no-use-colors", *words, *variables)

    def script(self, name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, f"scripts/{name}.py", *words)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(query).fetchall()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This project, building into a temporary folder."""
    return Project(ROOT, tmp_path)


@pytest.fixture
def project_copy(tmp_path: Path) -> Project:
    """A copy of this project that a test may edit."""
    folder = tmp_path / "project"
    left_out = shutil.ignore_patterns(
        ".git", ".venv", "target", "logs", "outputs", "__pycache__", ".*_cache"
    )
    shutil.copytree(ROOT, folder, ignore=left_out)
    return Project(folder, tmp_path)


@pytest.fixture(scope="session")
def built() -> Path:
    """The database that `make test` has built from the sample leads."""
    path = Path(os.environ.get("SMARTCRM_DB", ROOT / "outputs/smartcrm.duckdb"))
    assert path.exists(), f"{path} is not there: run `make test`, or `dbt build` first"
    return path.resolve()


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a CSV file and returns its path."""

    def write(*lines: str, name: str = "leads.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
        return path

    return write
