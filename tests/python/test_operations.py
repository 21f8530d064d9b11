"""A run that nobody watches: what it leaves, what it says, and what the guide shows."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
import yaml

import build
import summarize_build
from conftest import ROOT, UNTESTED, Project, data_of
from smartcrm import unit_tests, webhook
from smartcrm.files.draft import draft_of, reserved
from smartcrm.files.outputs import find_written, put_aside
from smartcrm.pages.rendering import Parts, read_parts
from smartcrm.warehouse import built_warehouse, outputs_folder

GUIDE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SECRET = "T0k3n"
# commands that say something of a build
READING = (
    "export_csvs",
    "plot_conversion_funnel",
    "summarize_build",
    "why_this_lead L0042",
    "what_if sql_min_intent=60",
    "tune_rules 40",
    "run_prompts --prompt pain_summary --dry-run",
    "simulate_lead_flow --like {built}",
    "check_rules",
)


@pytest.mark.parametrize(
    ("database", "folder"),
    [
        (None, "outputs"),
        ("outputs/smartcrm.duckdb", "outputs"),
        (str(ROOT / "outputs/smartcrm.duckdb"), "outputs"),
        ("outputs/acme.duckdb", "outputs/acme"),
        ("/srv/crm/acme.duckdb", "/srv/crm/acme"),
        ("outputs/acme", "outputs/acme_outputs"),
    ],
)
def test_each_database_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, database: str | None, folder: str
) -> None:
    monkeypatch.chdir(ROOT)
    if database:
        monkeypatch.setenv("SMARTCRM_DB", database)
    else:
        monkeypatch.delenv("SMARTCRM_DB", raising=False)
    assert outputs_folder() == Path(folder)


def test_dbt_opens_the_projects_database_from_any_folder(
    project: Project, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere/below"
    elsewhere.mkdir(parents=True)
    folder = ("--project-dir", project.folder, "--profiles-dir", project.folder)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "debug", "--connection", *folder],
        cwd=elsewhere,
        env=project.env | {"SMARTCRM_DB": "outputs/crm.duckdb"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project.folder / "outputs/crm.duckdb").exists()
    assert not (elsewhere / "outputs").exists()


def test_a_failed_build_leaves_nothing_that_passes_for_new(
    built_project: Project, write_csv: Callable[..., Path]
) -> None:
    project = built_project
    folder = project.database.with_suffix("")
    for name in ("export_csvs", "plot_conversion_funnel"):
        done = project.script(name)
        assert done.returncode == 0, done.stderr
    written = {path.name for path in folder.iterdir()}
    # whatever the commands come to write, all of it is known
    assert {path.name for path in find_written(folder)} == written
    said = json.loads((folder / "build.json").read_text("utf-8"))
    assert (said["as_of_date"], said["leads_from"]) == ("2026-10-31", "the sample")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")}
    assert set(said["files"]) == {*files, "worklists.xlsx"}
    page = data_of((folder / "conversion_funnel.html").read_text("utf-8"))
    assert page["build"][0]["leads_from"] == "the sample"

    own = folder / "notes.csv"
    own.write_text("ours\n", "utf-8")
    (folder / "earlier" / "worklists").mkdir(parents=True)
    (folder / "earlier" / "worklists" / "Old.csv").touch()
    before = project.database.read_bytes()
    broken = write_csv("name", "Ann")
    project.dbt("parse", leads_path=broken)  # as an earlier test has parsed it
    failed = project.script("build", "--leads", project.seen(broken))
    assert failed.returncode != 0
    assert f"\nFailed: leads_path '{project.seen(broken)}': " in failed.stderr
    # whoever reads has the last good build, all of it
    assert f"{project.env['SMARTCRM_DB']} is as the last good build" in failed.stderr
    assert project.database.read_bytes() == before
    assert {path.name for path in folder.iterdir()} == {
        "earlier",
        "notes.csv",
        *written,
    }

    # another build that went well takes its place, and its files that of the old ones
    put_aside(folder)
    assert {path.name for path in folder.iterdir()} == {"earlier", "notes.csv"}
    assert {path.name for path in (folder / "earlier").iterdir()} == written
    assert not (folder / "earlier" / "worklists" / "Old.csv").exists()
    put_aside(folder)
    assert {path.name for path in (folder / "earlier").iterdir()} == written


def test_unit_tests_have_passed_until_something_is_edited(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("DBT_TARGET_PATH", project.env["DBT_TARGET_PATH"])
    values = {"leads_path": "leads.csv"}

    def have_passed(settings: dict[str, str]) -> bool:
        return unit_tests.have_passed(unit_tests.state_of_project(settings))

    assert not have_passed(values)
    # a build that may have had none tells nothing
    with monkeypatch.context() as chosen:
        chosen.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "unit_test")
        unit_tests.remember(unit_tests.state_of_project(values))
    assert not have_passed(values)
    edited = ("seeds/thresholds.csv", "macros/text/not_blank.sql", "dbt_project.yml")
    for path in edited:
        unit_tests.remember(unit_tests.state_of_project(values))
        assert have_passed(values)
        # of other settings nothing is known
        assert not have_passed({})
        with (project.folder / path).open("a", encoding="utf-8") as file:
            file.write("\n")
        assert not have_passed(values), path


def test_a_part_of_a_build_is_not_published_as_a_whole(built_project: Project) -> None:
    project = built_project
    made = project.dbt("run", "--select", "leads_with_stages")
    assert made.returncode == 0, made.stdout
    for command in READING:
        refused = project.script(*command.format(built=project.database).split())
        assert (refused.returncode, refused.stdout) == (2, ""), command
        assert "the last run built only a part" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    # an edit has to be logged before it can be built
    assert project.script("log_logic_override", "list").returncode == 0


def test_a_part_is_tested_by_what_it_has(project: Project) -> None:
    """A test that reads what is left as it was would compare two builds."""
    words = (
        "ls",
        "--quiet",
        "--output",
        "json",
        "--output-keys",
        "unique_id depends_on",
    )
    listed = project.dbt(*words, "--select", "+leads")
    nodes = [json.loads(line) for line in listed.stdout.splitlines()]
    selected = {node["unique_id"] for node in nodes}
    tests = [node for node in nodes if node["unique_id"].startswith("test.")]
    assert tests
    for test in tests:
        assert selected.issuperset(test["depends_on"]["nodes"]), test["unique_id"]


def test_what_another_process_writes_during_a_build_is_kept(
    built_project: Project,
) -> None:
    project = built_project
    draft = draft_of(project.database)

    def load(_: int) -> None:
        while not draft.exists():
            time.sleep(0.01)
        while True:
            try:
                with duckdb.connect(str(project.database)) as loader:
                    loader.execute("create table loaded as from range(7)")
                return
            except duckdb.IOException:  # as long as it is copied
                time.sleep(0.01)

    draft.unlink(missing_ok=True)
    command = ["dbt", "--no-use-colors", "run", "--select", "leads_with_stages"]
    made = project.server.run(command, project.folder, project.env, load)
    assert made.returncode != 0
    said = " ".join(made.stdout.split())
    assert f"another process wrote to {project.env['SMARTCRM_DB']} during the" in said
    assert project.rows(
        "select count(*), is_whole from loaded, build_status group by 2"
    ) == [(7, True)]
    again = project.server.run(command, project.folder, project.env)
    assert again.returncode == 0, again.stdout
    assert project.rows("select count(*) from loaded") == [(7,)]


def test_a_link_to_a_database_stays_one(project: Project) -> None:
    there = project.scratch / "disk" / "crm.duckdb"
    there.parent.mkdir()
    project.database.symlink_to(there)
    for _ in range(2):
        made = project.dbt("seed", "--select", "thresholds")
        assert made.returncode == 0, made.stdout
        assert project.database.readlink() == there
        assert project.rows("select count(*) > 0 from thresholds") == [(True,)]
    # what a process that was killed had written, DuckDB keeps where the link leads
    killed = (
        "import duckdb, os, sys\n"
        "duckdb.connect(sys.argv[1]).execute('create table loaded as from range(7)')\n"
        "os._exit(9)"
    )
    project.run(sys.executable, "-c", killed, project.database)
    made = project.dbt("seed", "--select", "thresholds")
    assert made.returncode == 0, made.stdout
    assert project.rows("select count(*) from loaded") == [(7,)]


def test_no_candidate_is_tried_while_a_build_is_under_way(
    built_project: Project,
) -> None:
    with reserved(built_project.database):
        refused = built_project.script("what_if", "sql_min_intent=60")
    assert refused.returncode == 2
    assert "is being built by another process; wait for it" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_what_is_retried_is_a_part(built_project: Project) -> None:
    project = built_project
    project.env["DBT_WRITE_JSON"] = "true"
    model = project.folder / "models/actions/worklist_counts.sql"
    right = model.read_text("utf-8")
    model.write_text(f"{right}\nlimit nothing", "utf-8")
    words = ("--select", "+thresholds_in_force", "worklist_counts", *UNTESTED)
    assert project.dbt("build", *words).returncode == 1
    model.write_text(right, "utf-8")
    again = project.dbt("retry")
    assert again.returncode == 0, again.stdout
    # what else the failed build made was in its draft
    assert project.rows("select is_whole from build_status") == [(False,)]


def test_a_second_day_is_summed_up(
    built_project: Project,
    write_csv: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = built_project
    sample = project.folder / "seeds/leads_cleaned_1000.csv"
    with sample.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    stage = header.index("funnel_stage")
    gone, won = rows[:3], [row for row in rows[3:] if row[stage] == "SQL"][:3]
    for row in won:
        row[stage] = "Customer"
    left = [row for row in rows if row not in gone]
    leads = write_csv(*map(",".join, [header, *left]))
    history = project.rows("from lead_history order by all")
    reads = ("+leads", "+team_worklist", "+conversion_funnel", "+reclassified_leads")
    reads = (*reads, "+rejected_leads", "+thresholds_in_force")
    # the sample's activities are left out
    settings = {"leads_path": str(leads), "max_left_share": "1"}
    made = project.dbt("build", *UNTESTED, "--select", *reads, **settings)
    assert made.returncode == 0, made.stdout
    assert project.rows("from lead_history order by all") == history
    project.call_it_whole()
    summary = project.script("summarize_build").stdout
    assert "997 leads in, 0 rejected, as of 2026-10-31, from leads.csv\n" in summary
    # what people decided instead is not the rules' doing
    assert re.search(r"^By the rules \d+ stand elsewhere", summary, re.MULTILINE)
    assert "0 leads new; 3 left, 0 returned, 3 changed: see lead_changes\n" in summary
    assert "6 leads are new, changed or gone since the last build" in summary
    assert "not remembered. Set as_of_date to today (make AS_OF=today)\n" in summary

    # which the build before it in `make` need not say, nor why import files are held,
    # which the CSVs' command says
    ((notice,),) = project.rows("select notice from current_build")
    why = "3 of 997 leads would go backward"
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("update crm_update_files set hold_reason = ?", [why])
    monkeypatch.setenv("SMARTCRM_DB", str(project.database))
    monkeypatch.setenv("DBT_TARGET_PATH", str(project.target))
    monkeypatch.setattr(build, "put_aside", lambda folder: None)
    asked = []

    def run(*words: str, values: dict, warnings: list[str]) -> bool:
        asked.append(words)
        warnings += [notice, why, "something else"]
        return not values

    monkeypatch.setattr(build.dbt_build, "run", run)
    for words, shown in (((), (notice, why)), (("--summed-up",), ())):
        assert build.main([*words]) == 0
        assert capsys.readouterr().err.splitlines() == [
            f"Warning: {line}" for line in (*shown, "something else")
        ]
    # nor run unit tests that have passed
    assert asked == [(), unit_tests.LEFT_OUT]


def test_a_setting_that_the_last_build_had_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(tmp_path / "own.duckdb"))
    monkeypatch.setattr(build, "put_aside", lambda folder: None)
    monkeypatch.setattr(build.unit_tests, "remember", lambda state: None)
    succeeds = [True]
    monkeypatch.setattr(build.dbt_build, "run", lambda *words, **options: succeeds[0])

    def said(*words: str) -> str:
        assert build.main([*words]) == int(not succeeds[0])
        return capsys.readouterr().err

    # a first build misses nothing
    leads = ("--leads", "monday.csv")
    assert said(*leads) == ""
    settings = {
        "leads_path": "sunday.csv",
        "crm": "hubspot",
        "score_min": 0,
        "score_max": "1",
        "extra_columns": ["First Name", "Region"],
        "as_of_date": "2026-03-01",
        "max_left_share": "1",
    }
    with duckdb.connect(str(tmp_path / "own.duckdb")) as connection:
        status = "create table build_status as select true as is_whole, ? as vars"
        connection.execute(status, [json.dumps(settings)])
    missed = (
        "Warning: the last build had SCORE_MIN=0 EXTRA_COLUMNS='First Name,Region', "
    )
    given = ("--crm", "HubSpot", "--score-max", "10")
    assert said(*leads, *given).startswith(missed)
    more = ("--score-min", "0", "--extra-columns", "Region")
    assert said(*leads, *given, *more) == ""
    # the sample has none of its own
    assert said() == ""
    # dates without their format are rejected, and the build fails for it
    succeeds[0] = False
    assert said(*leads, *given).startswith(missed)


class Hook(BaseHTTPRequestHandler):
    """Takes a text, or misbehaves as the path asks."""

    server: Hooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(
            (self.path, self.headers["Content-Type"], json.loads(body))
        )
        if "slow" in self.path:
            time.sleep(1)
        if "gone" in self.path:
            self.connection.close()
            return
        moved = "moved" in self.path
        self.send_response(302 if moved else 500 if "broken" in self.path else 200)
        if moved:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.received.append((self.path, None, None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Keep quiet."""


class Hooks(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.received: list[tuple] = []
        self.host = f"127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that is gone."""


@pytest.fixture
def hooks(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    monkeypatch.setenv("SMARTCRM_DB", str(built))
    monkeypatch.setenv("no_proxy", "*")
    with Hooks() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def summed_up(built: Path) -> Parts:
    """What `make` says at its end, read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMARTCRM_DB", str(built))
        with built_warehouse() as connection:
            return read_parts(connection, "summary.sql")


def test_a_webhook_hears_counts_and_of_nobody(hooks: Hooks, built: Path) -> None:
    url = f"http://{hooks.host}/{SECRET}"
    assert summarize_build.main(["--notify", url]) == 0
    ((path, kind, body),) = hooks.received
    assert (path, kind) == (f"/{SECRET}", "application/json")
    assert body.keys() == {"text"}
    with duckdb.connect(str(built), read_only=True) as connection:
        ((needed, late),) = connection.sql(
            "select count(*), count(*) filter (where is_late) from team_worklist"
        ).fetchall()
        names = connection.sql(
            "select lead_id from leads union select effective_owner from leads"
            " where effective_owner is not null"
        ).fetchall()
    assert body["text"] == (
        "SmartCRM as of 2026-10-31: 1,000 leads in, 0 rejected; "
        f"{needed} need someone, {late} of them late"
    )
    assert [name for (name,) in names if name in body["text"]] == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("broken", "it answered 500"),
        ("moved", "it answered 302"),
        ("slow", "no answer in 0.3 s"),
        ("gone", "RemoteDisconnected"),
        (None, "Connection refused"),
    ],
)
def test_a_deaf_webhook_is_one_line_and_fails_nothing(
    hooks: Hooks,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    summed_up: Parts,
    path: str | None,
    why: str,
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(summarize_build, "read_parts", lambda *_: summed_up)
    if path is None:
        hooks.server_close()
    assert (
        summarize_build.main(["--notify", f"http://{hooks.host}/{SECRET}/{path}"]) == 0
    )
    printed = capsys.readouterr()
    assert "1,000 leads in" in printed.out
    assert printed.err == (
        f"The webhook at {hooks.host} did not take the summary ({why});"
        " the build is done\n"
    )
    assert [asked for asked, *_ in hooks.received] == (
        [f"/{SECRET}/{path}"] if path else []
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/T0k3n",
        "ftp://h/T0k3n",
        "file:///T0k3n",
        "http://",
        "http://[T0k3n",
    ],
)
def test_what_is_no_address_is_refused(
    hooks: Hooks, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert summarize_build.main(["--notify", url]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("NOTIFY (--notify) is not the address of a webhook;")
    # an address lets whoever has it post there
    assert SECRET not in printed.err


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_every_command_of_the_guide_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    listed = re.findall(r"^[A-Z]+ := .*?\n(?!\t)", makefile, re.DOTALL | re.MULTILINE)
    settings = re.findall(r"\b[A-Z_]{2,}\b", "".join(listed))
    assert set(re.findall(r"make ([a-z-]+)", GUIDE)) <= targets
    named = set(re.findall(r"\b([A-Z_]{2,})=", GUIDE)) | set(
        re.findall(r"^ +([A-Z_]+):", GUIDE, re.MULTILINE)
    )
    assert {"AS_OF", "LEADS", "NOTIFY"} <= named
    assert named <= {*settings, "SMARTCRM_DB", "WEBHOOK"}
    scripts = re.findall(r"scripts/\w+\.py", GUIDE)
    assert scripts
    assert [path for path in scripts if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("secret", ["", f"https://hooks.example/{SECRET}"])
def test_the_workflow_of_the_guide_works_as_it_is_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.delenv("SMARTCRM_DB", raising=False)
    (text,) = blocks("yaml")
    workflow = yaml.safe_load(text)
    # YAML takes the key for a boolean
    (cron,) = workflow[True]["schedule"]
    assert len(cron["cron"].split()) == 5
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    paths = [
        step["with"]["path"] for step in job["steps"] if "path" in step.get("with", {})
    ]
    assert outputs_folder().as_posix() in " ".join(paths)
    # the steps as a runner has them, with a python that prints its arguments
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nprintf "<%s>" "$@"; echo\n', encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    values = {"${{ secrets.WEBHOOK }}": secret}
    for step in job["steps"]:
        if "run" not in step:
            continue
        given = {
            name: values.get(value, str(value))
            for name, value in (job.get("env", {}) | step.get("env", {})).items()
        }
        done = subprocess.run(
            [shutil.which("bash") or "bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=ROOT,
            env={**os.environ, **given, "MAKEFLAGS": f"BIN={python.parent}"},
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert "<scripts/build.py>" in done.stdout
    assert "<--as-of=today>" in done.stdout
    assert (f"<--notify={secret}>" in done.stdout) == bool(secret)
    assert ("--notify" in done.stdout) == bool(secret)
