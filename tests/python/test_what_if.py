from __future__ import annotations

import csv
import os
import re
import shlex
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

import what_if
from conftest import (
    LEDGER,
    ROOT,
    UNTESTED,
    Project,
    Relations,
    data_of,
    relations_of,
)
from faults import is_gone
from intervals import interval
from smartcrm.rules.what_if_report import render_price

LOG = ".venv/bin/python scripts/log_logic_override.py"
STAGES = "models/decisions/leads_with_stages.sql"
DECIDED = "lead_id, effective_stage, engagement_health, effective_track, work"


def edit(project: Project, path: str, old: str, new: str) -> None:
    file = project.folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def build(project: Project, **settings: str) -> None:
    """What a candidate is compared with."""
    compared = ("--select", "+leads", "+conversion_funnel", "+landmark_decisions")
    result = project.dbt("build", *compared, *UNTESTED, **settings)
    assert result.returncode == 0, result.stdout
    project.call_it_whole()


def as_dicts(project: Project, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def last_build(project: Project) -> Relations:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        return relations_of(connection)


@pytest.fixture(scope="module")
def base(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with the sample's build; tests edit copies."""
    return sample.copy_to(tmp_path_factory.mktemp("what_if") / "base")


@pytest.fixture
def candidate(base: Project, tmp_path: Path) -> Project:
    return base.copy_to(tmp_path / "candidate")


def test_the_matrix_is_that_of_two_builds(
    base: Project, candidate: Project, tmp_path: Path
) -> None:
    # on a second day, whose moves are handed over
    (day,) = base.rows("select as_of_date + 1 from as_of")[0]
    build(candidate, as_of_date=str(day))
    other = base.copy_to(tmp_path / "other")
    edit(other, LEDGER, ",80,70,", ",80,60,")
    build(other, as_of_date=str(day))
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
    assert expected["work", "Wait", "Take over"]
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
        "select stage, now_count from conversion_funnel"
        " where segment_type = 'all' order by stage_order",
        "select owner_team, coalesce(effective_owner, 'Unassigned'), count(*)"
        " from leads where work != 'Wait' group by all order by all",
    )
    for when, project in (("before", candidate), ("after", other)):
        assert project.rows(funnel) == candidate.rows(
            f"select stage, now_count_{when} from what_if.what_if_funnel"
            " order by stage_order"
        )
        assert project.rows(workload) == candidate.rows(
            f"select owner_team, owner, lead_count_{when} from what_if.what_if_workload"
            f" where lead_count_{when} > 0 order by all"
        )

    # what dbt tests of a candidate's models, which no build of one stops for
    ours = ("--target", "what_if", "--select", "path:models/what_if")
    tested = candidate.dbt("test", *ours, what_if={"sql_min_intent": 60})
    assert tested.returncode == 0, tested.stdout
    (passed,) = re.findall(r"PASS=(\d+)", tested.stdout)
    assert int(passed) > 20

    page = (tmp_path / "what_if.html").read_text(encoding="utf-8")
    assert {row["lead_id"] for row in data_of(page)["moves"]} == moved
    script = (ROOT / "scripts/smartcrm/templates/pages/what_if.js").read_text(
        encoding="utf-8"
    )
    assert "innerHTML" not in script
    assert not re.search(r'(src|href)="(?!data:,"|#)', page.split("<script>")[0])


def test_an_edited_rule_moves_leads_until_it_is_taken_back(
    candidate: Project, tmp_path: Path
) -> None:
    out = ("--out", tmp_path)
    rule = ("intent_score >= mql_min_intent as", "intent_score > mql_min_intent as")
    kept = last_build(candidate)

    edit(candidate, STAGES, *rule)
    edited = candidate.script("what_if", *out)
    assert edited.returncode == 0, edited.stderr
    assert "leads_with_stages: as last built -> edited" in edited.stdout
    at_bar = "intent_score = 40 and stage_rule = 'marketing_qualified'"
    leads = candidate.rows(f"select lead_id from leads where {at_bar} order by all")
    assert leads
    moves = "select lead_id from what_if.what_if_moves order by all"
    assert candidate.rows(moves) == leads
    # its price is that of the landmarks decided by the edit, and `logic` logs it
    first, *_ = edited.stdout.splitlines()
    assert first.startswith(f"{len(leads)} fewer leads at MQL or beyond, ")
    assert "; of leads like these " in first
    then = "select lead_id, nth from main.landmark_decisions where stage_rule ="
    dropped = candidate.rows(f"{then} 'marketing_qualified' and intent_score = 40")
    price = "select past_row_count from what_if.what_if_price"
    assert dropped
    assert candidate.rows(f"{price} where lead_group = 'dropped'") == [(len(dropped),)]
    assert edited.stdout.splitlines()[-1] == f'{LOG} logic --by "NAME" --reason "WHY"'

    edit(candidate, STAGES, *reversed(rule))
    restored = candidate.script("what_if", *out)
    assert restored.returncode == 0, restored.stderr
    assert "Nothing moves" in restored.stdout
    assert not re.search("stage before|Workload", restored.stdout)
    assert restored.stdout.startswith("No lead enters or leaves a stage, and no win ")
    assert candidate.rows("from what_if.what_if_price") == []
    assert "Log it with" not in restored.stdout
    assert "\n  nothing\n" in restored.stdout
    page = (tmp_path / "what_if.html").read_text(encoding="utf-8")
    (summary,) = data_of(page)["summary"]
    assert [value for name, value in summary.items() if "moved" in name] == [0] * 5
    assert last_build(candidate) == kept


def test_the_price_is_counted_by_hand(candidate: Project, tmp_path: Path) -> None:
    """Of a candidate that has leads both enter and leave, at two stages."""
    settings = "sql_min_intent=60, sql_keep_min_intent=60, mql_min_intent=60"
    result = candidate.script("what_if", settings, "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    order = {"Lead": 1, "MQL": 2, "SQL": 3}
    now = candidate.rows(
        "select lead_id, stage_before, stage_after, nullif(owner_before, 'Unassigned')"
        " from what_if.what_if_leads"
    )
    then = candidate.rows(
        "select lead_id, main.simulated_stage, candidate.simulated_stage,"
        " main.is_won_within from main.landmark_decisions as main"
        " inner join what_if.landmark_decisions as candidate using (lead_id, nth)"
    )
    wins = sum(won for *_, won in then)
    priced = {
        (row["stage"], row["lead_group"]): row
        for row in as_dicts(candidate, "from what_if.what_if_price")
    }
    assert {stage for stage, _ in priced} == {"MQL", "SQL"}
    for (stage, group), row in priced.items():

        def stands(before: str, after: str, *, stage: str, group: str) -> bool:
            was, is_now = (
                order.get(each, 0) >= order[stage] for each in (before, after)
            )
            return {
                "before": was,
                "after": is_now,
                "added": is_now and not was,
                "dropped": was and not is_now,
            }[group]

        where = {"stage": stage, "group": group}
        side = 1 if group in ("before", "dropped") else 2
        own = [lead for lead in now if stands(*lead[1:3], **where)]
        reps = {
            lead[3]
            for lead in now
            if stands(*lead[1:3], stage=stage, group="before") and lead[3]
        }
        # nobody comes back to those before SQL by a rhythm
        calls = sum(lead[side] == "SQL" for lead in own)
        assert row["lead_count"] == len(own)
        assert row["rep_count"] == len(reps)
        assert row["calls_per_week"] == pytest.approx(calls, abs=1e-4)
        assert row["calls_per_rep"] == pytest.approx(calls / len(reps), abs=1e-4)

        past = [lead for lead in then if stands(*lead[1:3], **where)]
        won = sum(lead[3] for lead in past)
        assert row["past_row_count"] == len(past)
        assert row["past_lead_count"] == len({lead[0] for lead in past})
        assert (row["win_count"], row["all_win_count"]) == (won, wins)
        assert row["caught_share"] == pytest.approx(won / wins, abs=1e-4)
        if not past:
            assert row["win_rate"] is row["win_rate_low"] is None
            continue
        by_lead = Counter(lead[0] for lead in past)
        by_winner = Counter(lead[0] for lead in past if lead[3])
        groups = [(count, by_winner[lead]) for lead, count in by_lead.items()]
        assert row["win_rate"] == pytest.approx(won / len(past), abs=1e-4)
        bounds = (row["win_rate_low"], row["win_rate_high"])
        assert bounds == pytest.approx(interval(groups), abs=1e-4)

    added, dropped, before = (
        priced["SQL", group] for group in ("added", "dropped", "before")
    )
    assert added["lead_count"]
    assert dropped["lead_count"]
    assert result.stdout.startswith(
        f"{added['lead_count']} more and {dropped['lead_count']} fewer leads for SDRs "
        f"/ AEs, "
    )
    first, caught, second, *_ = result.stdout.splitlines()
    assert f"of those added {added['win_rate']:.0%} (" in first
    assert f"of today's SQLs {before['win_rate']:.0%} (" in first
    assert f"{priced['SQL', 'after']['win_count']} of {wins} instead of" in caught
    assert "fewer leads at MQL or beyond, " in second


def test_who_is_called_more_often_is_a_price_too(
    candidate: Project, tmp_path: Path
) -> None:
    result = candidate.script("what_if", "touch_every_days.SQL=3", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    ((leads, reps),) = candidate.rows(
        "select count(*), count(distinct effective_owner) from leads"
        " where effective_stage = 'SQL'"
    )
    more = leads * (7 / 3 - 1)
    assert result.stdout.splitlines()[0] == (
        f"Nobody enters or leaves SQL today, {more:.1f} more calls a week"
        f" ({more / reps:.1f} for each of {reps} reps)"
    )


def test_the_commands_log_the_candidate(candidate: Project, tmp_path: Path) -> None:
    """One after the other, as they stand: no step breaks the thresholds' order."""
    settings = "mql_min_intent=80,sql_min_intent=80,active_max_days=20"
    result = candidate.script("what_if", settings, "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    commands = result.stdout.split("Log it with\n")[1].splitlines()
    assert [line.split()[3:5] for line in commands] == [
        ["sql_min_intent", "80"],
        ["mql_min_intent", "80"],
        ["active_max_days", "20"],
    ]
    for line in commands:
        assert line.startswith(f"{LOG} threshold ")
        logged = candidate.script("log_logic_override", *shlex.split(line)[2:])
        assert logged.returncode == 0, logged.stderr
        assert logged.stdout.splitlines()[-1] == "next: make"
    # what is in the ledger now is no longer to be logged
    decided = ("lead", "L0001", "stage", "SQL", "--by", "Ann", "--reason", "met her")
    assert candidate.script("log_logic_override", *decided).returncode == 0
    again = candidate.script("what_if", "--out", tmp_path)
    assert again.returncode == 0, again.stderr
    # a threshold once, as what it changes; of the ledger what nothing else shows
    changed = again.stdout.split("Changed since the last good build\n")[1]
    said = changed.split("\n\n")[0].splitlines()
    assert [line for line in said if "ledger" in line] == [said[-1]]
    assert re.fullmatch(r"  ledger entry \d+: L0001 stage SQL \(new\)", said[-1])
    assert "sql_min_intent: 70 -> 80" in again.stdout
    assert "Log it with" not in again.stdout
    # an edit of any seed of the rules is
    for seed, was, now in (
        ("activity_types", "page_viewed,lead,false,2,", "page_viewed,lead,true,3,"),
        ("lifecycle_stages", "MQL,2,Marketing Ops,SQL,", "MQL,2,Marketing,,"),
        ("service_levels", "SQL,1,7", "SQL,,5"),
    ):
        edit(candidate, f"seeds/{seed}.csv", was, now)
    edited = candidate.script("what_if", "--out", tmp_path)
    assert edited.returncode == 0, edited.stderr
    changed = edited.stdout.split("Changed since the last good build\n")[1]
    changes = changed.split("\n\n")[0]
    assert {
        "activity page_viewed: lead; false -> lead; true",
        "points.page_viewed: 2 -> 3",
        "stage MQL: 2; Marketing Ops; SQL; - -> 2; Marketing; -; -",
        "answer_within_days.SQL: 1 -> -",
        "touch_every_days.SQL: 7 -> 5",
    } < {line.strip() for line in changes.splitlines()}
    assert edited.stdout.splitlines()[-1] == f'{LOG} logic --by "NAME" --reason "WHY"'


def test_without_dated_wins_there_is_no_price(
    candidate: Project, tmp_path: Path
) -> None:
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("delete from landmarks; delete from landmark_leads")
        connection.execute("delete from landmark_decisions")
    result = candidate.script("what_if", "sql_min_intent=60", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    first, second, *_ = result.stdout.splitlines()
    assert re.match(r"\d+ more leads for SDRs / AEs, \d+ more calls a week \(", first)
    [(known,)] = candidate.rows(
        "select message from model_quality where measure = 'outcomes'"
    )
    unknown = f"what became of leads like these is not known. {known}"
    assert first.endswith(unknown)
    assert second == ""
    assert "%" not in result.stdout.split("stage before")[0]


def test_a_past_without_intent_judges_no_rule_of_intent(
    candidate: Project, tmp_path: Path
) -> None:
    """As of a CRM that scores its leads and keeps no activities."""
    with duckdb.connect(str(candidate.database)) as connection:
        connection.execute("update landmark_decisions set intent_score = null")
    result = candidate.script("what_if", "sql_min_intent=60", "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    first, second, *_ = result.stdout.splitlines()
    [(leads,)] = candidate.rows("select count(*) from landmark_decisions")
    assert first.endswith(
        f"of leads like these is not known. The intent is known of only 0 of {leads:,} "
        "leads of the past; activities that go further back would tell (ACTIVITIES)"
    )
    assert second == ""
    assert not re.search("%|[Ww]ins? caught", result.stdout.split("stage before")[0])
    page = data_of((tmp_path / "what_if.html").read_text(encoding="utf-8"))
    assert page["price_notes"] == []
    assert {row["caught_share"] for row in page["price"]} == {None}


def group(**values: Any) -> dict[str, Any]:  # noqa: ANN401
    """A group of the price where nothing is, but what is named."""
    return {
        "stage": "SQL",
        "owner_team": "SDRs / AEs",
        "is_last_stage": True,
        "rep_count": 8,
        "all_win_count": 0,
        "lead_count": 0,
        "calls_per_week": 0.0,
        "past_row_count": 0,
        "win_count": 0,
        "win_rate": None,
        "win_rate_low": None,
        "win_rate_high": None,
    } | values


RATE = {"past_row_count": 40, "win_rate": 0.09, "win_rate_low": 0.04}
RATE["win_rate_high"] = 0.17
TODAY = {"past_row_count": 90, "win_rate": 0.11, "win_rate_low": 0.08}
TODAY["win_rate_high"] = 0.15


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (
            {
                "before": {"lead_count": 85, "calls_per_week": 85.0, **TODAY},
                "after": {"lead_count": 129, "calls_per_week": 129.0},
                "added": {"lead_count": 44, **RATE},
            },
            "44 more leads for SDRs / AEs, 44 more calls a week (5.5 for each of 8 "
            "reps); of leads like these 9% (4% to 17%) were won within 90 days, of "
            "today's SQLs 11% (8% to 15%)",
        ),
        (
            {
                "before": {"lead_count": 85, "calls_per_week": 85.0, **TODAY},
                "after": {"lead_count": 84, "calls_per_week": 84.0},
                "dropped": {"lead_count": 1, **RATE},
            },
            "1 fewer lead for SDRs / AEs, 1 fewer call a week (0.1 for each of 8 "
            "reps); of leads like these 9% (4% to 17%) were won within 90 days, of "
            "today's SQLs 11% (8% to 15%)",
        ),
        (
            {
                "before": {"calls_per_week": 2.0, "rep_count": 0, **TODAY},
                "after": {"calls_per_week": 2.0},
                "added": {"lead_count": 2, **RATE},
                "dropped": {"lead_count": 2},
            },
            "2 more and 2 fewer leads for SDRs / AEs, as many calls a week; of those "
            "added 9% (4% to 17%) were won within 90 days, none of those dropped stood "
            "at a landmark, of today's SQLs 11% (8% to 15%)",
        ),
        (
            {"before": TODAY, "dropped": RATE},
            "Nobody enters or leaves SQL today; of those that would be dropped at "
            "landmarks 9% (4% to 17%) were won within 90 days, of today's SQLs 11% "
            "(8% to 15%)",
        ),
        (
            {
                "before": {"stage": "MQL", "is_last_stage": False, **TODAY},
                "after": {"calls_per_week": 1.5},
                "added": {"lead_count": 3, **RATE},
            },
            "3 more leads at MQL or beyond, 1.5 more calls a week (0.2 for each of 8 "
            "reps); of leads like these 9% (4% to 17%) were won within 90 days, of "
            "today's MQLs and beyond 11% (8% to 15%)",
        ),
        (
            {
                "before": {
                    "stage": "MQL",
                    "is_last_stage": False,
                    "calls_per_week": 147.0,
                    **TODAY,
                },
                "after": {"calls_per_week": 143.5},
                "dropped": {"lead_count": 32, "calls_per_week": 16.0, **RATE},
            },
            "32 fewer leads at MQL or beyond, 3.5 fewer calls a week (0.4 for each of "
            "8 reps), with 12.5 more calls for those that stay there; of leads like "
            "these 9% (4% to 17%) were won within 90 days, of today's MQLs and beyond "
            "11% (8% to 15%)",
        ),
        (
            {
                "before": {"lead_count": 85, "calls_per_week": 85.0, **TODAY},
                "after": {"lead_count": 85, "calls_per_week": 198.3333, **TODAY},
            },
            "Nobody enters or leaves SQL today, 113.3 more calls a week (14.2 for each "
            "of 8 reps)",
        ),
    ],
)
def test_the_first_line_says_what_the_change_would_do(
    groups: dict[str, dict[str, Any]], sentence: str
) -> None:
    stage = {"stage": groups["before"].get("stage", "SQL")}
    price = [
        {**group(**groups.get(name, {})), **stage, "lead_group": name}
        for name in ("before", "after", "added", "dropped")
    ]
    landmarks = {"landmark_count": 12, "horizon_days": 90, "is_judged": True}
    page = {"price": price, "landmarks": [landmarks], "kept": [KEPT]}
    assert render_price(page) == [sentence]


KEPT = {"owner_count": 0, "due_count": 0, "priority_count": 0}


def test_a_change_of_work_alone_says_whose_it_is() -> None:
    teams = [("Marketing", 9, 9), ("Marketing Ops", 3, 15), ("SDRs / AEs", 5, 4)]
    names = ("owner_team", "lead_count_before", "lead_count_after")
    page = {
        "price": [],
        "landmarks": [{"is_judged": True}],
        "teams": [dict(zip(names, team, strict=True)) for team in teams],
        "kept": [KEPT],
    }
    nobody = "No lead enters or leaves a stage"
    work = "work due now: 12 more leads for Marketing Ops, 1 fewer lead for SDRs / AEs"
    wins = ", and no win is caught or missed"
    assert render_price(page) == [f"{nobody}{wins}; {work}"]
    # where no wins are known, nothing is said of them
    unknown = page | {"landmarks": [{"is_judged": False}]}
    assert render_price(unknown) == [f"{nobody}; {work}"]
    same = unknown | {"teams": page["teams"][:1], "kept": [KEPT | {"due_count": 7}]}
    assert render_price(same) == [
        f"{nobody}; no team has more or less to do now",
        "  Of the leads that stay: another due date for 7",
    ]


def test_what_changes_for_leads_that_stay_is_counted(
    candidate: Project, tmp_path: Path
) -> None:
    """Another owner, due date or priority is no move, and not nothing."""
    owner = ("lead", "L0001", "owner", "Zoe", "--by", "Ann", "--reason", "a friend")
    assert candidate.script("log_logic_override", *owner).returncode == 0
    settings = "answer_within_days.SQL=3 work_handover_points=0"
    result = candidate.script("what_if", settings, "--out", tmp_path)
    assert result.returncode == 0, result.stderr
    [(due,)] = candidate.rows(
        "select count(*) from main.leads join what_if.leads as new using (lead_id)"
        " where leads.due_on is distinct from new.due_on"
    )
    [(handed,)] = candidate.rows(
        "select count(*) from main.lead_work where handover_points > 0"
    )
    assert due
    assert handed
    said = (
        f"  Of the leads that stay: another owner for 1, another due date for {due}, "
        f"another priority for {handed}"
    )
    assert said in result.stdout.splitlines()
    assert "No lead moves, of 1,000 leads" in result.stdout
    page = (tmp_path / "what_if.html").read_text(encoding="utf-8")
    assert said.strip() in [row["sentence"] for row in data_of(page)["sentences"]]


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
        (["sql_min_intent=60 sql_min_intent=65"], "sql_min_intent is 60 already"),
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
    assert told.startswith(re.split("[ ,]", words[-1])[-1])
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
    """watch_rules.py, by its process and the file that it prints to."""

    def __init__(self, process: int, out: Path) -> None:
        self.process = process
        self.out = out
        self.read = 0

    def unread(self) -> str:
        return self.out.read_text(encoding="utf-8")[self.read :]

    def until(self, text: str) -> str:
        """What it prints, up to the line with the text."""
        end = time.monotonic() + 180
        while time.monotonic() < end:
            before, found, after = self.unread().partition(text)
            if found and "\n" in after:
                printed = before + found + after.partition("\n")[0] + "\n"
                self.read += len(printed)
                return printed
            assert not is_gone(self.process), self.unread()
            time.sleep(0.05)
        raise AssertionError(f"no '{text}' in: {self.unread()}")


def save_rules(candidate: Project, watching: Watching) -> None:
    """Save one after the other, and see what is said of each."""
    kept = last_build(candidate)
    rule = ("intent_score >= mql_min_intent as", "intent_score > mql_min_intent as")
    assert "Nothing moves, of 1,000 leads" in watching.until(" s)")

    edit(candidate, STAGES, *rule)
    told = watching.until(" s)")
    assert re.search(r"\[\d+\]", told)
    assert "before: Intent 40 reaches the MQL bar of 40" in told
    assert "after:  Intent 40 is below the MQL bar of 40" in told
    assert re.search(r"\d+ of 1,000 leads move: stage \d+, .* \(\d+\.\d s\)\n$", told)

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

    os.kill(watching.process, signal.SIGINT)


def test_watch_tells_what_a_save_moves(candidate: Project, tmp_path: Path) -> None:
    kept = last_build(candidate)
    watched: list[Watching] = []

    def work_beside(process: int) -> None:
        watched.append(Watching(process, tmp_path / "printed"))
        save_rules(candidate, *watched)

    done = candidate.server.run(
        ["scripts/watch_rules.py"],
        candidate.folder,
        candidate.env,
        work_beside,
        tmp_path / "printed",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert watched[0].unread() == ""
    assert last_build(candidate) == kept
