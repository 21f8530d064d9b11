from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from itertools import pairwise

from smartcrm.faults import Fault

import duckdb
import pytest
from filelock import FileLock

import log_logic_override
from conftest import DATA, LEDGER, UNTESTED, Project
from smartcrm import ledger
from smartcrm.seeds import check_seeds

FIRST = (DATA / "logic_overrides.csv").read_text(encoding="utf-8").splitlines()
# of the entry that comes next
NUMBER, LINE = len(FIRST), f"line {len(FIRST) + 1}"
WHY = ("--reason", "why not", "--by", "Ana")
QUIET = ("threshold", "sql_max_quiet_days")
# of what a changed ledger changes, what says whether it counts
COUNTED = (
    *("--select", "logic_overrides", "stg_logic_overrides", "thresholds_in_force"),
    *("decision_context", "override_conflicts", "lead_overrides", "leads"),
)
# what stops a build at a line of the ledger, and no more
CHECKED = (
    *("--indirect-selection", "empty", "--select", "logic_overrides"),
    *("stg_logic_overrides", "override_conflicts"),
    "assert_no_ledger_entry_is_illegal",
)

WRITERS, KILLED = 12, 4

Result = subprocess.CompletedProcess[str]


@pytest.fixture
def project(built_project: Project) -> Project:
    """The built project, for a test to change."""
    return built_project


@pytest.fixture
def inside(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The built project, for commands in this process."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("SMARTCRM_DB", str(project.database))
    return project


def write(project: Project, *lines: str, end: str = "\n") -> None:
    (project.folder / LEDGER).write_text("\n".join(lines) + end, encoding="utf-8")


def content(project: Project) -> bytes:
    return (project.folder / LEDGER).read_bytes()


def entries(project: Project) -> list[dict[str, str]]:
    text = content(project).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), strict=True))


def log(project: Project, *words: str) -> Result:
    return project.script("log_logic_override", *words)


def logged(project: Project, *words: str) -> dict[str, str]:
    """The entry that logging adds; all that stood before stands still."""
    before = content(project)
    done = log(project, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert content(project).startswith(before)
    assert content(project).endswith(b"\n")
    return entries(project)[-1]


def refused(project: Project, *words: str) -> str:
    """The one line that says why, once the ledger is seen to be as it was."""
    before = content(project)
    done = log(project, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert content(project) == before
    assert done.stderr.count("\n") == 1
    return done.stderr


def build(project: Project, *words: str, **settings: str) -> None:
    done = project.dbt("build", *words, *UNTESTED, **settings)
    assert done.returncode == 0, done.stdout


def test_what_is_logged_takes_effect_with_the_next_build(project: Project) -> None:
    (machine,) = project.rows(
        "select effective_stage from leads where lead_id = 'L0001'"
    )
    other = "SQL" if machine != ("SQL",) else "MQL"
    assert log(project, "list", "lead").stdout == "nothing is in force\n"

    first = logged(project, *QUIET, "45", *WHY)
    assert (first["old_value"], first["new_value"]) == ("30", "45")
    second = logged(project, *QUIET, "50", "--reason", 'a, "b"\nund ü', "--by", "Ana")
    assert (second["old_value"], second["new_value"]) == ("45", "50")
    assert second["reason"] == 'a, "b" und ü'
    assert (second["override_id"], second["logged_by"]) == (f"{NUMBER + 1}", "Ana")
    stage = logged(project, "lead", "L0001", "stage", other.lower(), *WHY)
    assert (stage["old_value"], stage["new_value"]) == (machine[0], other)
    track = logged(project, "lead", "L0002", "track", "education", *WHY)
    assert track["new_value"] == "Education"
    logged(project, "lead", "L0002", "owner", "Ben", "--reason", "knows them")
    owner = ("lead", "L0003", "owner", "Zoë")
    assert logged(project, *owner, *WHY, "--expires", "2026-12-31")["expires_on"]
    # the same owner for longer is not a repetition
    assert "already" in refused(project, *owner, *WHY, "--expires", "2026-12-31")
    assert (
        logged(project, *owner, *WHY, "--expires", "2027-01-31")["old_value"] == "Zoë"
    )

    # people's decisions first, the newest of them at the top
    listed = log(project, "list").stdout
    assert log(project, "list", "lead").stdout == "".join(listed.splitlines(True)[:4])
    assert 'sql_max_quiet_days value 45 -> 50 until replaced: a, "b" und ü' in listed
    assert "owner Zoë -> Zoë until 2027-01-31" in listed
    # the last of each, and the thresholds that nobody has changed
    assert len(listed.splitlines()) == 5 + 4

    build(project, *COUNTED)
    # which the leads' tests allow
    tests = ("test", "--select", "leads", "--exclude-resource-type", "unit_test")
    done = project.dbt(*tests)
    assert done.returncode == 0, done.stdout
    assert project.rows("select sql_max_quiet_days from decision_context") == [(50,)]
    # a person overrules the rules without replacing their word, and moves the team
    assert project.rows(
        "select simulated_stage, effective_stage, is_overridden, "
        "split_part(effective_stage_reason, ': ', 2), "
        "owner_team = (select owner_team from lifecycle_stages "
        "where stage = effective_stage) from leads where lead_id = 'L0001'"
    ) == [(*machine, other, True, "why not", True)]
    # every field by itself, with its own reason
    assert project.rows(
        "select nullif(effective_track, nurture_track), effective_owner, "
        "split_part(effective_owner_reason, ': ', 2) from leads "
        "where lead_id in ('L0002', 'L0003') order by lead_id"
    ) == [("Education", "Ben", "knows them"), (None, "Zoë", "why not")]

    # the past, replayed
    build(project, *COUNTED, logic_as_of="2026-09-01")
    assert project.rows(
        "select sql_min_intent, sql_max_quiet_days from decision_context"
    ) == [(80, 30)]
    assert project.rows("select count(*) from leads where is_overridden") == [(0,)]
    assert "had vars" in refused(project, *QUIET, "60", *WHY)


def test_what_people_decided_of_a_lead_is_withdrawn(project: Project) -> None:
    stage = ("L0001", "stage")
    decided = "select effective_stage, simulated_stage from leads where lead_id='L0001'"
    ((now, ruled),) = project.rows(decided)
    assert now == ruled
    other = "SQL" if ruled != "SQL" else "MQL"
    assert "nobody has decided the stage of L0001" in refused(
        project, "withdraw", *stage, *WHY
    )
    line = "{},2026-10-0{}T10:00:00Z,Ana,lead,L0001,{},,{},why,{}"
    # what is older than the withdrawal does not come back, as it does for a day's cover
    decisions = [
        line.format(NUMBER, 1, "stage", "Customer", ""),
        line.format(NUMBER + 1, 2, "stage", other, ""),
        line.format(NUMBER + 2, 3, "owner", "Zoë", ""),
    ]
    write(project, *FIRST, *decisions)
    entry = logged(project, "withdraw", *stage, *WHY)
    what = (entry["target_kind"], entry["old_value"], entry["new_value"])
    assert what == ("lead", other, "")
    assert "nothing to withdraw" in refused(project, "withdraw", *stage, *WHY)
    (listed,) = log(project, "list", "lead").stdout.splitlines()
    assert listed.endswith("L0001 owner (none) -> Zoë until replaced: why")
    withdrawn = line.format(NUMBER + 3, 4, "stage", "", "")
    write(project, *FIRST, *decisions, withdrawn)
    build(project, *COUNTED)
    assert project.rows(decided) == [(ruled, ruled)]
    assert project.rows("select stage, owner from lead_overrides") == [(None, "Zoë")]
    assert project.rows(
        "select override_id, problem from override_conflicts where not is_illegal"
        " order by override_id"
    ) == [(NUMBER, "superseded"), (NUMBER + 1, "superseded")]
    build(project, *COUNTED, logic_as_of="2026-10-03")
    assert project.rows(decided) == [(other, ruled)]
    # as of today again, where it is decided once more
    build(project, *COUNTED)
    again = logged(project, "lead", *stage, other, *WHY)
    assert (again["old_value"], again["new_value"]) == (ruled, other)
    # of a lead that has left there is something to withdraw, too
    left = line.format(NUMBER + 4, 5, "track", "Education", "").replace("L0001", "X1")
    write(project, *FIRST, left)
    assert logged(project, "withdraw", "X1", "track", *WHY)["new_value"] == ""


def test_edited_rules_are_logged_with_their_checksums(project: Project) -> None:
    logic = ("logic", "leads_with_stages", *WHY)
    entry = logged(project, *logic)
    assert (entry["field"], entry["old_value"]) == ("checksum", "none")
    # as old entries have it, in full; a digest's first digits tell it apart
    full = entry["new_value"].ljust(64, "0")
    write(project, content(project).decode().replace(entry["new_value"], full), end="")
    assert "already" in refused(project, *logic)
    message = refused(project, "logic", "conversion_funnel", *WHY)
    assert "leads_with_stages" in message
    assert "decision_rules" in message

    # a rule is a line of a model and a row of the catalogue, and one entry
    path = project.folder / "models/decisions/leads_with_stages.sql"
    path.write_text(path.read_text(encoding="utf-8") + "-- edited\n", encoding="utf-8")
    both = logged(project, "logic", "decision_rules", *logic[1:])
    assert len(entries(project)) == NUMBER + 1
    assert both["target"] == "decision_rules+leads_with_stages"
    assert both["old_value"] == f"none+{entry['new_value']}"
    _, edited = both["new_value"].split("+")
    assert edited != entry["new_value"]
    assert "already" in refused(project, *logic)
    listed = log(project, "list").stdout
    assert "Ana logic decision_rules, leads_with_stages edited: why not\n" in listed
    # the pair's has replaced it
    assert " logic leads_with_stages" not in listed

    path.write_text("select {{ ref('nope' }}", encoding="utf-8")
    assert "can't parse" in refused(project, *logic)


SQL = ("threshold", "sql_min_intent")
LEAD = ("lead", "L0001")
REFUSALS = (
    (
        ("threshold", "bar", "50"),
        "no threshold 'bar'; choose from mql_min_intent, sql_",
    ),
    (
        (*SQL, "101"),
        "not logged: value of sql_min_intent can't be '101'; give a whole number",
    ),
    ((*SQL, "many"), "can't be 'many'; give a whole number from 0 to 100"),
    ((*SQL, "-1"), "can't be '-1'"),
    ((*SQL, "69.6"), "'69.6'"),
    ((*SQL, "39"), "not logged: sql_min_intent 39 puts mql_min_intent above"),
    ((*SQL, "70"), "sql_min_intent value is '70' already"),
    (("lead", "L9", "stage", "SQL"), "not logged: there is no lead 'L9'"),
    ((*LEAD, "stage", "Hot"), "can't be 'Hot'; choose from Disqualified, Lead, MQL"),
    ((*LEAD, "track", "Hot"), "track of L0001 can't be 'Hot'; choose from "),
    ((*LEAD, "owner", " "), "owner of L0001 can't be ''; to end what was decided, see"),
    ((*LEAD, "owner", "NULL"), "owner of L0001 can't be 'NULL'"),
    (
        ("withdraw", "L9", "stage"),
        "nobody has decided the stage of L9: there is nothing to withdraw\n",
    ),
    (("withdraw", "L0001", "owner"), "decided the owner of L0001: there is nothing to"),
    ((*LEAD, "score", "1"), "'score'"),
    ((*LEAD, "owner", "Zoë", "--expires", "2026-10-30"), "expired on 2026-10-30"),
    ((*LEAD, "owner", "Zoë", "--expires", "soon"), "expires_on 'soon' is not a date"),
    ((*LEAD, "owner", "a\x1bb"), "control character"),
)


def test_refusals_say_why_and_leave_the_ledger_alone(
    inside: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(inside)
    for words, message in (
        *(((*words, *WHY), message) for words, message in REFUSALS),
        ((*QUIET, "31", "--reason", " \n "), "reason is blank"),
        ((*QUIET, "31"), "--reason"),
        ((*QUIET, "31", *WHY, "--by", ""), "logged_by is blank"),
        ((), "required: kind"),
        (("list", "lead", "a\nb"), "unrecognized"),
    ):
        assert log_logic_override.main([*words]) == 2
        printed = capsys.readouterr()
        assert message in printed.err
        assert (printed.out, printed.err.count("\n")) == ("", 1)
        assert content(inside) == before


def test_what_the_script_needs_and_lacks_is_one_line(project: Project) -> None:
    with duckdb.connect(str(project.database)):
        assert "is in use by another process" in refused(project, *QUIET, "31", *WHY)
    project.database.unlink()
    assert "run `dbt build` first" in refused(project, *QUIET, "31", *WHY)
    (project.folder / LEDGER).rename(project.folder / "elsewhere.csv")
    done = log(project, "list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "seeds/logic_overrides.csv: No such file" in done.stderr


@pytest.mark.usefixtures("inside")
def test_a_writer_waits_for_its_turn_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ledger.LEDGER, "wait_seconds", 0.3)
    with FileLock("seeds/.logic_overrides.lock"):
        assert log_logic_override.main([*QUIET, "31", *WHY]) == 2
    assert "another process has held" in capsys.readouterr().err
    assert log_logic_override.main([*QUIET, "31", *WHY]) == 0


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "bom"])
def test_a_last_line_without_its_end_is_ended(project: Project, start: str) -> None:
    write(project, f"{start}{FIRST[0]}", *FIRST[1:], end="")
    entry = logged(project, *QUIET, "31", *WHY)
    assert (entry["override_id"], entry["old_value"]) == (f"{NUMBER}", "30")
    assert content(project).count(b"\n") == len(FIRST) + 1
    if start:
        build(project, *COUNTED)
        assert project.rows("select sql_max_quiet_days from decision_context") == [
            (31,)
        ]


def test_a_windows_ledger_stays_one(project: Project) -> None:
    (project.folder / LEDGER).write_bytes("\r\n".join([*FIRST, ""]).encode())
    logged(project, *QUIET, "31", *WHY)
    lines = len(FIRST) + 1
    assert content(project).count(b"\r\n") == content(project).count(b"\n") == lines


ENTRY = "{},{},Ana,threshold,sql_max_quiet_days,value,30,45,why,"


@pytest.mark.parametrize(
    ("line", "script_says", "build_says"),
    [
        (ENTRY.format(NUMBER, "soon"), "logged_at 'soon'", "logged_at 'soon' is no"),
        # which of two entries of one day is newer, days don't tell
        (
            ENTRY.format(NUMBER, "2026-10-01"),
            "logged_at '2026-10",
            "logged_at '2026-10",
        ),
        (
            ENTRY.format(1, "2026-10-01T10:00:00Z"),
            "override_id '1'",
            "override_id '1' stands on an earlier line",
        ),
    ],
    ids=["wrong date", "date alone", "duplicate id"],
)
def test_a_wrong_line_is_reported_by_script_and_build(
    project: Project, line: str, script_says: str, build_says: str
) -> None:
    write(project, *FIRST, line)
    for words in ((*QUIET, "31", *WHY), ("list",)):
        assert f"seeds/logic_overrides.csv {LINE}: {script_says}" in refused(
            project, *words
        )
    said = project.refusal("build", *CHECKED)
    assert f"seeds/logic_overrides.csv {LINE}: {build_says}" in said


TORN = f"{NUMBER},2026-10-01T10:00:00Z,Ana,threshold,sql_max_quiet_days,value"


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        ([*FIRST, TORN[:40]], 7, "5 fields, not 10"),
        ([*FIRST, f'{TORN},30,45,"half a rea'], 7, "unexpected end of data"),
        ([*FIRST, f"{TORN},30,45,half a rea"], 7, "9 fields, not 10"),
        ([*FIRST, '6,2026-10-01T10:00:00Z,"Ana,threshold', "7"], 7, "'6,2026-10-01"),
        ([*FIRST, ENTRY.format(NUMBER, "2026-10-01T10:00:00Z") + ",x"], 7, "11 fields"),
        ([*FIRST, ""], 7, "0 fields"),
        (["id,when", *FIRST[1:]], 1, "the header is not override_id,"),
    ],
    ids=[
        *("torn early", "torn in quotes", "torn late", "unclosed quote"),
        *("too many fields", "blank line", "header"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    project: Project, lines: list[str], line: int, says: str
) -> None:
    write(project, *lines, end="" if lines[-1].startswith(TORN) else "\n")
    message = refused(project, *QUIET, "31", *WHY)
    assert f"seeds/logic_overrides.csv line {line}: " in message
    assert says in message
    # a build asks this before it begins
    with pytest.raises(Fault) as fault:
        check_seeds(project.folder)
    assert f"{fault.value}\n" == message


def test_what_the_script_refuses_takes_no_effect_in_a_build(project: Project) -> None:
    write(project, *FIRST, TORN, end="")
    message = refused(project, *QUIET, "31", *WHY)
    done = project.dbt("build", *CHECKED)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    [line] = [each for each in done.stdout.splitlines() if f"{LEDGER} line" in each]
    assert f"{line.strip()}\n" == message


def test_bytes_that_are_not_utf8_are_refused(project: Project) -> None:
    path = project.folder / LEDGER
    text = content(project).decode()
    josé = "6,2026-10-01T10:00:00Z,José,,,,,,,\n"
    for encoding, line in (("latin-1", LINE), ("utf-16", "line 1")):
        path.write_bytes((text + josé).encode(encoding))
        message = refused(project, *QUIET, "31", *WHY)
        assert f"{line}: " in message
        assert "not UTF-8" in message
        says = f"{LEDGER} {line} is not UTF-8; save the file as UTF-8"
        with pytest.raises(Fault, match=f"^{says}$"):
            check_seeds(project.folder)
    for name in ("build", "what_if"):
        done = project.script(name)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{says}\n")


def test_an_expired_entry_is_listed_and_has_no_effect(project: Project) -> None:
    over = f"{NUMBER},2026-10-01T10:00:00Z,Ana,lead,L0001,owner,,Zoë,why,2026-10-30"
    write(project, *FIRST, over, over.replace("6,", "7,", 1).replace("10-30", "10-31"))
    assert "Zoë until 2026-10-31" in log(project, "list").stdout
    assert "10-30" not in log(project, "list").stdout
    write(project, *FIRST, over)
    build(project, *COUNTED)
    assert project.rows("select problem, message from override_conflicts") == [
        (
            "expired",
            f"seeds/logic_overrides.csv {LINE}: expired on 2026-10-30, "
            "no longer in effect",
        )
    ]
    assert project.rows("select count(*) from leads where is_overridden") == [(0,)]
    # and it keeps nobody from logging
    assert logged(project, *QUIET, "31", *WHY)["override_id"] == f"{NUMBER + 1}"


def test_the_newest_sound_live_entry_is_in_force(project: Project) -> None:
    bar = "{},2026-10-0{}T00:00:00Z,a,threshold,stale_max_days,value,,{},why,{}"
    lines = [
        bar.format(11, 1, 100, ""),
        bar.format(12, 2, 101, ""),
        bar.format(13, 3, 102, "2026-10-30"),
        "14,2026-10-03T00:00:00Z,a,lead,L0001,stage,,SQL,why,2026-10-31",
        bar.format(15, 4, -1, ""),
    ]
    write(project, *FIRST, *lines)
    done = project.dbt("build", *CHECKED)
    assert done.returncode != 0  # the illegal one stops the build, and counts for none
    assert project.drafted(
        "select override_id, fault, is_live, is_in_force from stg_logic_overrides"
        " where override_id > 10 order by override_id"
    ) == [
        (11, None, True, False),
        (12, None, True, True),
        (13, None, False, False),
        (14, None, True, True),
        (15, "value_not_allowed", False, False),
    ]


def test_a_crossing_can_be_uncrossed_by_an_entry(project: Project) -> None:
    write(
        project,
        *FIRST,
        ENTRY.format(NUMBER, "2026-10-01T10:00:00Z").replace("30,45", ","),
    )
    assert LINE in refused(project, "threshold", "mql_min_intent", "45", *WHY)
    crossed = ENTRY.format(NUMBER, "2026-10-01T10:00:00Z").replace(
        "sql_max_quiet_days", "{}"
    )
    write(project, *FIRST, crossed.format("mql_min_intent").replace("45", "90"))
    assert LINE in refused(project, *QUIET, "31", *WHY)
    assert (
        logged(project, "threshold", "mql_min_intent", "45", *WHY)["old_value"] == "90"
    )


def test_an_entry_dated_later_is_not_overtaken_in_silence(project: Project) -> None:
    write(project, *FIRST, ENTRY.format(NUMBER, "2999-10-01T10:00:00Z"))
    assert "a later entry" in refused(project, *QUIET, "31", *WHY)
    stage = f"{NUMBER},2999-10-01T10:00:00Z,Ana,lead,L0001,stage,,SQL,why,"
    write(project, *FIRST, stage)
    said = refused(project, "lead", "L0001", "stage", "Customer", *WHY)
    assert f"entry {NUMBER} about the stage of L0001, logged at 2999-10-01T10" in said


def test_a_number_that_the_history_names_is_not_given_again(project: Project) -> None:
    with duckdb.connect(str(project.database)) as history:
        history.execute(
            "update lead_history set override_id = 59 where lead_id = 'L0001'"
        )
    assert logged(project, *QUIET, "31", *WHY)["override_id"] == "60"


def test_writers_at_once_and_the_killed_among_them_lose_nothing(
    project: Project,
) -> None:
    chance = random.Random(50)
    before = content(project)
    command = [sys.executable, "scripts/log_logic_override.py"]
    reason = ("--by", "Ana", "--reason")
    whats = [
        (*QUIET, str(31 + n)) if n % 3 else ("lead", f"L{n + 1:04}", "owner", f"O{n}")
        for n in range(WRITERS)
    ]
    writers = [
        subprocess.Popen(
            [*command, *what, *reason, f"writer {n} {'x' * 300}"],
            cwd=project.folder,
            env=project.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for n, what in enumerate(whats)
    ]
    for doomed in chance.sample(writers, KILLED):
        time.sleep(chance.uniform(0, 0.4))
        doomed.kill()
    said = [writer.communicate() for writer in writers]
    codes = [writer.returncode for writer in writers]
    assert codes.count(0) >= WRITERS - KILLED
    assert {code for code in codes if code} <= {-9}, [err for _, err in said if err]
    assert -9 in codes

    assert content(project).startswith(before)
    assert content(project).endswith(b"\n")
    found = entries(project)
    assert all(None not in row and None not in row.values() for row in found)
    ids = [int(row["override_id"]) for row in found]
    assert ids == list(range(1, len(found) + 1))
    numbers = [int(row["reason"].split()[1]) for row in found[NUMBER - 1 :]]
    assert len(numbers) == len(set(numbers))
    assert {n for n, code in enumerate(codes) if code == 0} <= set(numbers)
    quiet = [row for row in found if row["target"] == QUIET[1]]
    for older, newer in pairwise(quiet):
        assert newer["old_value"] == older["new_value"]
    assert log(project, "list").returncode == 0


def test_an_owner_whom_no_lead_has_is_taken_and_said(project: Project) -> None:
    ((known,), *_) = project.rows(
        "select distinct sales_owner from leads where lead_id != 'L0001'"
        " and sales_owner not in (select sales_owner from leads"
        " where lead_id = 'L0001' and sales_owner is not null) order by all"
    )
    said = "no lead of the CRM has the owner '{}', who goes to the CRM as written here"
    for owner in (known, known.lower()):
        done = log(project, "lead", "L0001", "owner", owner, *WHY)
        assert (done.returncode, done.stderr) == (0, "")
        is_new = owner != known
        assert (said.format(owner) in done.stdout.splitlines()) == is_new
