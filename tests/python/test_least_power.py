"""A build reads what it is given and reaches for nothing else."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Project
from smartcrm.warehouse import LEAST_POWER, connect, connect_in_memory

LIMITS = sorted((name, str(value).lower()) for name, value in LEAST_POWER.items())
ASKED = (
    "select name, value from duckdb_settings() where name in"
    f" {tuple(LEAST_POWER)} order by name"
)


def test_nothing_extends_the_engine_by_itself(project: Project, built: Path) -> None:
    for connection in (connect(built, read_only=True), connect_in_memory(threads=1)):
        with connection:
            assert connection.sql(ASKED).fetchall() == LIMITS
    shown = project.dbt("show", "--output", "json", "--inline", ASKED)
    assert shown.returncode == 0, shown.stdout
    assert shown.stdout.count('"false"') == len(LIMITS)


def test_every_command_opens_the_engine_in_the_one_way() -> None:
    opening = {"connect", "sql", "query", "execute", "read_csv", "read_parquet"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "scripts").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "duckdb"
        and node.attr in opening
    ]
    assert len(found) == 2
    assert {place.partition(":")[0] for place in found} == {
        "scripts/smartcrm/warehouse.py"
    }


@pytest.mark.parametrize(
    ("setting", "path", "shown"),
    [
        ("leads_path", "https://Ann:pw@crm.invalid/a.csv?key=s3", "crm.invalid/a.csv"),
        ("activities_path", "S3://bucket/*.parquet", "S3://bucket/*.parquet"),
        ("stage_changes_path", "hf://datasets/a/b.csv", "hf://datasets/a/b.csv"),
        ("call_notes_path", "abfss://box/notes.json", "abfss://box/notes.json"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(
    project: Project, setting: str, path: str, shown: str
) -> None:
    done = project.dbt("compile", "--select", "source_files", **{setting: path})
    assert done.returncode != 0
    [line] = [each for each in done.stdout.splitlines() if setting in each]
    assert shown in line
    assert line.endswith(
        "expected a path on this machine, found one elsewhere; copy the file here, or "
        "set the var allow_remote_paths"
    )
    assert "pw" not in line
    assert "key" not in line


def test_a_path_elsewhere_is_read_where_it_is_allowed(project: Project) -> None:
    path = "gcs://bucket/leads.csv"
    done = project.dbt(
        *("compile", "--select", "source_files"),
        leads_path=path,
        allow_remote_paths=True,
    )
    # by the engine, which was given nothing to read it with
    assert f"File {path} requires the extension httpfs to be loaded" in done.stdout


def test_a_path_may_say_that_it_is_of_this_machine(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "leads.csv").write_text("lead_id\n1\n", encoding="utf-8")
    path = (tmp_path / "leads.csv").as_uri()
    done = project.dbt("compile", "--select", "source_files", leads_path=path)
    assert done.returncode == 0, done.stdout


def test_the_main_job_needs_no_network(project: Project) -> None:
    alone = ("unshare", "--map-root-user", "--net")
    if not shutil.which(alone[0]) or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("this user may not make a network namespace")
    probe = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=1)"
    cut_off = project.run(*alone, sys.executable, "-c", probe)
    assert "Network is unreachable" in cut_off.stderr

    (project.folder / ".venv").mkdir()
    (project.folder / ".venv/installed").touch()
    # what a test asks of the database, other tests ask
    project.env["DBT_EXCLUDE_RESOURCE_TYPES"] = "test unit_test"
    project.env["DBT_WRITE_JSON"] = "true"
    done = project.run(*alone, "make", f"BIN={Path(sys.executable).parent}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1,000 leads in, 0 rejected" in done.stdout
    written = {path.name for path in project.database.with_suffix("").iterdir()}
    assert {"build.json", "conversion_funnel.html", "worklists.xlsx"} < written
