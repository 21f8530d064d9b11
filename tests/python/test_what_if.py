from __future__ import annotations

import csv
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import what_if
from conftest import LEDGER, ROOT, UNTESTED, Project, data_of

STAGES = "models/decisions/leads_with_stages.sql"
DECIDED = "lead_id, effective_stage, engagement_health, effective_track, work"
HOSTILE = (
    "=cmd|' /C calc'!A1",
    "+1+1",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- $data ${plotly} & 'quotes' \"too\" \\",
    "\x1b[31mred\u202e",
    "مبيعات 😀",
)


def edit(project: Project, path: str, old: str, new: str) -> None:
    file = project.folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def build(project: Project) -> None:
    """What a candidate is compared with."""
    compared = ("--select", "+leads", "+conversion_funnel")
    result = project.dbt("build", *compared, *UNTESTED)
    assert result.returncode == 0, result.stdout


def last_build(project: Project) -> dict[str, Any]:
    """What is in the schema main: every relation's rows, and every view's SQL."""
    with duckdb.connect(str(project.database), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'main' order by table_name"
        ).fetchall()
        rows = {
            name: Counter(connection.execute(f'select * from main."{name}"').fetchall())
            for (name,) in names
        }
        views = connection.execute(
            "select view_name, sql from duckdb_views() where schema_name = 'main'"
        ).fetchall()
    return {**rows, "its views": sorted(views)}


@pytest.fixture(scope="module")
def base(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with some more leads, built once; tests edit copies."""
    project = sample.copy_to(tmp_path_factory.mktemp("what_if") / "base")
    leads = project.folder / "seeds/leads_cleaned_1000.csv"
    with leads.open("a", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        for name in HOSTILE:
            day, words = "2026-10-30", ("M: 11-50", "Website", "Email")
            lines.writerow([name, day, "MQL", 65, day, *words, name])
    build(project)
    return project


@pytest.fixture
def candidate(base: Project, tmp_path: Path) -> Project:
    return base.copy_to(tmp_path / "candidate")


def test_the_matrix_is_that_of_two_builds(
    base: Project, candidate: Project, tmp_path: Path
) -> None:
    """Also of reports whose leads have hostile names."""
    other = base.copy_to(tmp_path / "other")
    edit(other, LEDGER, ",80,70,", ",80,60,")
    build(other)
    before, after = (
        {row[0]: row[1:] for row in project.rows(f"select {DECIDED} from leads")}
        for project in (candidate, other)
    )
    expected = Counter(
        (decision, before[lead][i], after[lead][i])
        for lead in before
        for i, decision in enumerate(("stage", "health", "track", "work"))
    )
    moved = {lead for lead in before if before[lead] != after[lead]}
    kept = last_build(candidate)

    result = candidate.script("what_if", "sql_min_intent=60", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    assert last_build(candidate) == kept

    matrix = candidate.rows(
        "select decision, outcome_before, outcome_after, lead_count, is_moved"
        " from what_if.what_if_matrix"
    )
    assert {row[:3]: row[3] for row in matrix} == expected
    assert all(row[4] == (row[1] != row[2]) for row in matrix)
    assert moved
    assert f"Leads that move: {len(moved)} of {len(before):,}" in result.stdout
    assert f"[{expected['stage', 'MQL', 'SQL']}]" in result.stdout
    assert "sql_min_intent: 70 -> 60" in result.stdout

    with (tmp_path / "what_if_moves.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        listed = {row["lead_id"].removeprefix("'"): row for row in rows}
    assert set(listed) == moved
    reasons = {
        project: dict(project.rows("select lead_id, stage_reason from leads"))
        for project in (candidate, other)
    }
    for lead, row in listed.items():
        assert row["reason_before"] == reasons[candidate][lead]
        assert row["reason_after"] == reasons[other][lead]

    funnel, workload = (
        "select stage, reached_count, conversion_rate from conversion_funnel"
        " where segment_type = 'all' order by stage_order",
        "select owner_team, coalesce(effective_owner, 'Unassigned'), count(*)"
        " from leads where work != 'Wait' group by all order by all",
    )
    for when, project in (("before", candidate), ("after", other)):
        assert project.rows(funnel) == candidate.rows(
            f"select stage, reached_count_{when}, conversion_rate_{when}"
            " from what_if.what_if_funnel order by stage_order"
        )
        assert project.rows(workload) == candidate.rows(
            f"select owner_team, owner, lead_count_{when} from what_if.what_if_workload"
            f" where lead_count_{when} > 0 order by all"
        )

    # names from the CRM are text only
    assert moved.issuperset(HOSTILE)
    values = [value for row in listed.values() for value in row.values()]
    assert not any(value.startswith(tuple("=+-@\t\r")) for value in values)
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    page = (tmp_path / "what_if.html").read_text(encoding="utf-8")
    assert {row["lead_id"] for row in data_of(page)["moves"]} == moved
    script = (ROOT / "scripts/smartcrm/templates/pages/what_if.js").read_text(
        encoding="utf-8"
    )
    assert "innerHTML" not in script
    assert not re.search(r'(src|href)="(?!data:,")', page.split("<script>")[0])


def test_an_edited_rule_moves_leads_until_it_is_taken_back(
    candidate: Project, tmp_path: Path
) -> None:
    check = ("--check", "--out", tmp_path)
    rule = ("intent_score >= mql_min_intent as", "intent_score > mql_min_intent as")
    kept = last_build(candidate)

    edit(candidate, STAGES, *rule)
    edited = candidate.script("what_if", *check)
    assert edited.returncode == 1, edited.stderr
    assert "leads_with_stages: as last built -> edited" in edited.stdout
    at_bar = "intent_score = 40 and stage_rule = 'marketing_qualified'"
    leads = candidate.rows(f"select lead_id from leads where {at_bar} order by all")
    assert leads
    moves = "select lead_id from what_if.what_if_moves order by all"
    assert candidate.rows(moves) == leads

    edit(candidate, STAGES, *reversed(rule))
    restored = candidate.script("what_if", *check)
    assert restored.returncode == 0, restored.stderr
    assert "Nothing moves" in restored.stdout
    assert "\n  nothing\n" in restored.stdout
    page = (tmp_path / "what_if.html").read_text(encoding="utf-8")
    (summary,) = data_of(page)["summary"]
    assert [value for name, value in summary.items() if "moved" in name] == [0] * 5
    assert last_build(candidate) == kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["intent=60"], "there is no threshold 'intent'; choose mql_min_intent, "),
        (["sql_min_intent=many"], "give sql_min_intent a whole number from 0 to 100"),
        (["sql_min_intent=60.5"], "give sql_min_intent a whole number from 0 to 100"),
        (["sql_min_intent"], "give sql_min_intent a whole number from 0 to 100"),
        (["sql_min_intent=101"], "give sql_min_intent a whole number from 0 to 100"),
        (["sql_min_intent=60,mql_min_intent=-1"], "give mql_min_intent a whole number"),
        (["sql_min_intent=60", "as_of_date=5"], "there is no threshold 'as_of_date'"),
        (["points.fax=5"], "half_life_days., answer_within_days., touch_every_days."),
    ],
)
def test_a_setting_that_is_none_is_told_with_those_there_are(
    base: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(base.database))
    assert what_if.main(words) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(words[-1].split(",")[-1])
    assert said in told


def test_bars_that_cross_and_sql_that_is_wrong_are_refused(
    candidate: Project, tmp_path: Path
) -> None:
    out = ("--out", tmp_path / "out")
    kept = last_build(candidate)
    crossed = candidate.script("what_if", "mql_min_intent=75", *out)
    assert crossed.returncode == 2
    assert "mql_min_intent 75 is above sql_min_intent 70" in crossed.stderr
    assert crossed.stderr.count("\n") == 1

    edit(candidate, STAGES, "else 'not_yet_qualified'", "elsee 'not_yet_qualified'")
    wrong = candidate.script("what_if", *out)
    assert wrong.returncode == 2
    assert f"Runtime Error in model leads_with_stages ({STAGES})" in wrong.stderr
    assert 'syntax error at or near "elsee"' in wrong.stderr
    assert "Traceback" not in crossed.stderr + wrong.stderr
    assert not (tmp_path / "out").exists()
    assert last_build(candidate) == kept


def test_without_a_database_or_while_it_is_held_it_says_so(
    candidate: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with duckdb.connect(str(candidate.database)):
        held = candidate.script("what_if", "sql_min_intent=60", "--out", tmp_path)
    assert held.returncode == 2
    assert "in use by another process" in held.stderr
    assert held.stderr.count("\n") == 1

    monkeypatch.setenv("SMARTCRM_DB", str(tmp_path / "none.duckdb"))
    assert what_if.main([]) == 2
    assert "run `dbt build` first" in capsys.readouterr().err


class Watching:
    """watch_rules.py as a terminal has it."""

    def __init__(self, project: Project) -> None:
        self.lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "scripts/watch_rules.py"],
            cwd=project.folder,
            env=project.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line)

    def until(self, text: str) -> str:
        """What it prints, up to the line with the text."""
        printed, end = "", time.monotonic() + 60
        while time.monotonic() < end:
            try:
                line = self.lines.get(timeout=0.2)
            except queue.Empty:
                assert self.process.poll() is None, printed
                continue
            printed += line
            if text in line:
                return printed
        raise AssertionError(f"no '{text}' in: {printed}")


@pytest.fixture
def watch(candidate: Project) -> Iterator[Callable[[], Watching]]:
    started: list[Watching] = []

    def start() -> Watching:
        started.append(Watching(candidate))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_watch_tells_what_a_save_moves(
    candidate: Project, watch: Callable[[], Watching]
) -> None:
    kept = last_build(candidate)
    rule = ("intent_score >= mql_min_intent as", "intent_score > mql_min_intent as")
    watching = watch()
    assert "Nothing moves, of 1,007 leads" in watching.until(" s)")

    edit(candidate, STAGES, *rule)
    told = watching.until(" s)")
    assert re.search(r"\[\d+\]", told)
    assert "before: Intent 40 reaches the MQL bar of 40" in told
    assert "after:  Intent 40 is below the MQL bar of 40" in told
    assert re.search(r"\d+ of 1,007 leads move: stage \d+, .* \(\d+\.\d s\)\n$", told)

    edit(candidate, STAGES, "else 'not_yet", "elsee 'not_yet")
    assert "Runtime Error in model" in watching.until('near "elsee"')
    edit(candidate, STAGES, "elsee 'not_yet", "else 'not_yet")
    assert "leads move" in watching.until(" s)")

    edit(candidate, STAGES, '{{ ref("stg_leads") }}', '{{ ref("stg_leads" }}')
    assert "Compilation Error in model" in watching.until("unexpected")
    edit(candidate, STAGES, '{{ ref("stg_leads" }}', '{{ ref("stg_leads") }}')
    assert "leads move" in watching.until(" s)")

    # it lets others at the database between two saves, and waits while they have it
    with duckdb.connect(str(candidate.database)):
        edit(candidate, STAGES, *reversed(rule))
        watching.until("in use by another process")
    assert "Nothing moves" in watching.until(" s)")
    assert last_build(candidate) == kept

    # a table above the saved view, and a seed
    named = "models/decisions/thresholds_in_force.sql"
    value = ("rule_numbers.value) as value", "rule_numbers.value) - 1 as value")
    edit(candidate, named, *value)
    assert "leads move" in watching.until(" s)")
    edit(candidate, named, *reversed(value))
    assert "Nothing moves" in watching.until(" s)")
    edit(candidate, LEDGER, ",80,70,", ",80,60,")
    assert "leads move" in watching.until(" s)")

    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(60) == 0
    rest = ""
    while not watching.lines.empty():
        rest += watching.lines.get()
    assert rest == ""
    assert last_build(candidate) == kept
