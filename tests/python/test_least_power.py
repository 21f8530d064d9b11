"""A build reads what it is given and reaches for nothing else."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Project
from living_dbt import LivingDbt
from smartcrm.warehouse import LEAST_POWER, connect, connect_in_memory

LIMITS = sorted((name, str(value).lower()) for name, value in LEAST_POWER.items())
ASKED = (
    "select name, value from duckdb_settings() where name in"
    f" {tuple(LEAST_POWER)} order by name"
)

ELSEWHERE = (
    "expected a path on this machine, found one elsewhere; copy the file here, or set"
    " the var allow_remote_paths"
)

# of each Python that starts: the hosts that it looks up or connects to
CALLS_NOTED = """
import os
import sys


def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.connect") and "CALLS" in os.environ:
        with open(os.environ["CALLS"], "a") as calls:
            print(event, arguments, file=calls)


sys.addaudithook(note)
"""


def test_nothing_extends_the_engine_by_itself(project: Project, built: Path) -> None:
    for connection in (connect(built, read_only=True), connect_in_memory(threads=1)):
        with connection:
            assert connection.sql(ASKED).fetchall() == LIMITS
    shown = project.dbt("show", "--output", "json", "--inline", ASKED)
    assert shown.returncode == 0, shown.stdout
    assert shown.stdout.count('"false"') == len(LIMITS)


def test_dbt_reaches_its_inputs_and_nothing_else(
    project: Project, tmp_path: Path
) -> None:
    for name in ("named/a.csv", "named/b.csv", "globbed/c.csv", "globbed/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("lead_id\n1\n", encoding="utf-8")
    named = {
        "leads_path": str(tmp_path / "named/a.csv"),
        "activities_path": str(tmp_path / "globbed/*.csv"),
    }

    def read(*names: str, **settings: object) -> str:
        paths = [f"{tmp_path}/{name}" for name in names]
        query = f"select count(*) as n from read_csv({paths})"
        return project.dbt("show", "--inline", query, **named, **settings).stdout

    assert "| 3 |" in read("named/a.csv", "globbed/*.csv")
    refused = f'Cannot access file "{tmp_path}/named/b.csv" - file system operations'
    assert refused in read("named/b.csv")
    assert "| 1 |" in read("named/b.csv", allow_remote_paths=True)
    ended = project.dbt("show", "--inline", "{% do run_query('set threads = 1') %}")
    assert "the configuration has been locked" in ended.stdout


def test_a_command_reaches_the_database_and_its_folder(
    built: Path, tmp_path: Path
) -> None:
    with connect(built, read_only=True, folders=[tmp_path]) as connection:
        connection.execute(f"copy (select 1 as n) to '{tmp_path}/n.csv'")
        for statement in (
            "from read_text('/etc/hosts')",
            f"copy (select 1) to '{built.parent}/n.csv'",
            f"attach '{built.parent}/other.duckdb'",
        ):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(statement)
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            connection.execute("set enable_external_access = true")


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
    living_dbt: LivingDbt, setting: str, path: str, shown: str
) -> None:
    line = living_dbt.refusal("source_files", **{setting: path})
    assert line.startswith(setting)
    assert shown in line
    assert line.endswith(ELSEWHERE)
    assert "pw" not in line
    assert "key" not in line


def test_a_path_elsewhere_is_read_where_it_is_allowed(project: Project) -> None:
    path = "gcs://bucket/leads.csv"
    words = ("compile", "--select", "source_files")
    refused = project.refusal(*words, leads_path=path)
    assert f"leads_path '{path}': {ELSEWHERE}" in refused
    done = project.dbt(*words, leads_path=path, allow_remote_paths=True)
    # by the engine, which was given nothing to read it with
    assert f"File {path} requires the extension httpfs to be loaded" in done.stdout


def test_a_path_may_say_that_it_is_of_this_machine(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "leads.csv").write_text("lead_id\n1\n", encoding="utf-8")
    path = (tmp_path / "leads.csv").as_uri()
    done = project.dbt("compile", "--select", "source_files", leads_path=path)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with what requirements.txt names and no more; it notes whom it calls."""
    folder = tmp_path_factory.mktemp("plain")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True
    )
    (site,) = folder.glob("lib/python*/site-packages")
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in re.findall(r"^([\w.-]+).*==", lock, re.MULTILINE):
        with suppress(PackageNotFoundError):  # it is for another machine
            for file in distribution(name).files or ():
                link = site / file
                # commands are elsewhere, and what packages share is linked once
                if ".." not in file.parts and not link.exists():
                    link.parent.mkdir(parents=True, exist_ok=True)
                    link.symlink_to(file.locate())
    (site / "sitecustomize.py").write_text(CALLS_NOTED, encoding="utf-8")
    return folder / "bin/python"


def test_the_main_job_needs_its_lock_and_no_network(
    project: Project, plain_python: Path
) -> None:
    alone = ("unshare", "--map-root-user", "--net")
    may_be_alone = (
        shutil.which(alone[0]) and not subprocess.run([*alone, "true"]).returncode
    )
    cut_off = alone if may_be_alone else ()
    calls = project.scratch / "calls"
    # what a test asks of the database, other tests ask
    project.env |= {
        "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test",
        "DBT_WRITE_JSON": "true",
        "CALLS": str(calls),
    }
    project.env.pop("DO_NOT_TRACK", None)
    probe = "import numpy"
    assert "No module named" in project.run(plain_python, "-c", probe).stderr
    probe = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=1)"
    if may_be_alone:
        failed = project.run(*alone, plain_python, "-c", probe).stderr
        assert "Network is unreachable" in failed
        assert "192.0.2.1" in calls.read_text()
        calls.unlink()

    (project.folder / ".venv").mkdir()
    (project.folder / ".venv/installed").touch()
    make = (*cut_off, "make", "--no-print-directory", f"BIN={plain_python.parent}")
    done = project.run(*make)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1,000 leads in, 0 rejected" in done.stdout
    written = {path.name for path in project.database.with_suffix("").iterdir()}
    assert {"build.json", "conversion_funnel.html", "worklists.xlsx"} < written
    done = project.run(*make, "why", "LEAD=L0001")
    assert (done.returncode, done.stderr) == (0, "")
    # nor do the others ask for more, which run dbt once more or read what it built
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = re.findall(
        r"^[\w-]+: \.venv/installed ##.*\n((?:\t.*\n)+)", makefile, re.MULTILINE
    )
    commands = {*re.findall(r"scripts/(\w+)\.py", "".join(recipes))}
    assert {"what_if", "tune_rules", "simulate_lead_flow", "watch_rules"} < commands
    project.env["PYTHONPATH"] = "scripts"
    asked = f"import {', '.join(sorted(commands))}"
    done = project.run(*cut_off, plain_python, "-c", asked)
    assert (done.returncode, done.stderr) == (0, "")
    # nobody was told of it, nor would dbt tell its maker
    assert not calls.exists()
    assert not (project.folder / ".user.yml").exists()
    if not may_be_alone:
        pytest.skip("it ran with the network: this user may not cut a command off")
