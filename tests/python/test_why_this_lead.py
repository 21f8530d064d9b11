from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from smartcrm.faults import Fault

import duckdb
import pytest
from sqlglot import parse_one

from conftest import LEDGER as LEDGER_FILE
from conftest import ROOT, UNTESTED, Project
from fork_server import Ran
from smartcrm.rules.decisions import (
    Decision,
    disagreements,
    find_case,
    read_decisions,
    read_manifest,
    read_rules,
)
from smartcrm.rules.explanation import render_question

# The newest day in the sample is 2026-10-31, so 2026-10-01 was 30 days ago.
LEADS = (
    "READY,2026-01-01,MQL,71,2026-10-02,,,,",
    "AT_BARS,2026-01-01,MQL,70,2026-10-01,,,,",
    "BELOW,2026-01-01,Lead,69,2026-09-30,,,,",
    "COOLED,2026-01-01,SQL,90,2026-08-02,,,,",
    "CUSTOMER,2026-01-01,Customer,10,2026-08-01,,,,",
    "NEVER,2026-01-01,Lead,,,,,,",
    "UNSAID,,,71,2026-10-02,201-1000,Pigeon,,",
    "TWICE,2026-01-01,Lead,50,2026-10-02,,,,",
    "TWICE,2026-01-01,Lead,40,2026-10-01,,,,",
    " WRONG ,2026-01-01,Lead,101,2026-10-02,,,,",
    " GONE ,2026-02-31,Lead,50,2026-10-02,,,,",
    "GONE,2026-01-01,Ghost,50,2026-10-02,,,,",
)
LEDGER = (
    "902,2026-09-20T08:00:00Z,Mia,lead,COOLED,stage,MQL,SQL,Called us back,2027-01-31",
    "903,2026-09-21T08:00:00Z,Mia,lead,READY,owner,,Sam Day,On holiday,2026-10-01",
)
COMPILED = "compiled/smartcrm/models/decisions/leads_with_stages.sql"

Edit = Callable[[Path, str, str], None]


@pytest.fixture(scope="module")
def crm(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project, built from the sample and the leads above."""
    project = sample.copy_to(tmp_path_factory.mktemp("why") / "copy")
    text = (ROOT / "seeds/leads_cleaned_1000.csv").read_text(encoding="utf-8")
    leads = project.scratch / "leads.csv"
    leads.write_text(text + "\n".join(LEADS) + "\n", encoding="utf-8")
    with (project.folder / LEDGER_FILE).open("a") as ledger:
        ledger.write("\n".join(LEDGER) + "\n")
    project.env["DBT_WRITE_JSON"] = "true"
    asked = ("--select", "+leads", "+team_worklist", "+rejected_leads")
    asked += ("+lead_quality_issues",)
    # the sample's activities are left out
    settings = {"leads_path": str(leads), "max_left_share": "1"}
    built = project.dbt("build", *asked, *UNTESTED, **settings)
    assert built.returncode == 0, built.stdout
    project.call_it_whole()
    return project


@pytest.fixture
def edit() -> Iterator[Edit]:
    """Replaces text in a file until the test ends."""
    before = {}

    def replace(path: Path, old: str, new: str) -> None:
        text = before.setdefault(path, path.read_text(encoding="utf-8"))
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    yield replace
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def decisions(crm: Project, monkeypatch: pytest.MonkeyPatch) -> list[Decision]:
    """The decisions as the build compiled them."""
    monkeypatch.setenv("DBT_TARGET_PATH", str(crm.target))
    return read_decisions(read_manifest())


@pytest.fixture
def catalogue() -> list[dict[str, str]]:
    """Rows of the catalogue in the order of its file."""
    with (ROOT / "seeds/decision_rules.csv").open(encoding="utf-8") as seed:
        return list(csv.DictReader(seed))


def report(project: Project, lead_id: str) -> str:
    done = project.script("why_this_lead", "--", lead_id)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def asked(project: Project, lead_id: str, rule_id: str) -> list[str]:
    """Lines of a rule in the report on a lead, without what is before them."""
    lines = report(project, lead_id).splitlines()
    (first,) = (n for n, line in enumerate(lines) if re.search(rf"\d {rule_id} ", line))
    found = [lines[first].removeprefix("  ->").strip().split(maxsplit=2)[2]]
    for line in lines[first + 1 :]:
        if not line.startswith(" " * 20):
            break
        found.append(line.strip())
    return found


def fault(done: Ran) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_the_rules_asked_in_order_decide_every_lead_as_the_models_do(
    crm: Project, decisions: list[Decision]
) -> None:
    assert [each.name for each in decisions] == ["stage", "health", "track", "work"]
    with duckdb.connect(str(crm.database), read_only=True) as connection:
        for decision in decisions:
            *conditions, last = decision.rules
            assert last.condition is None
            question = render_question(
                decision, [rule.condition for rule in conditions]
            )
            first_true = "".join(
                f"when v{n} then '{rule.rule_id}' " for n, rule in enumerate(conditions)
            )
            rule = f"case {first_true} else '{last.rule_id}' end"
            compared = connection.execute(
                f"select count(*), count(*) filter ({rule} = {decision.name}_rule) "
                f"from ({question}) inner join leads using (lead_id)"
            ).fetchall()
            leads = 1000 + len(LEADS) - 3
            assert compared == [(leads, leads)]


def test_the_case_and_the_catalogue_agree(
    crm: Project, decisions: list[Decision], catalogue: list[dict[str, str]]
) -> None:
    assert disagreements(decisions, catalogue) == []
    done = crm.script("check_rules")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_rule_without_a_row_and_a_row_without_a_rule_are_named(
    crm: Project, edit: Edit
) -> None:
    edit(crm.target / COMPILED, "then 'cooled_off'", "then 'warm'")
    done = crm.script("check_rules")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "seeds/decision_rules.csv has no row for warm "
        "(models/decisions/leads_with_stages.sql)",
        "models/decisions/leads_with_stages.sql has no line for cooled_off "
        "(seeds/decision_rules.csv)",
    ]


def test_rows_out_of_the_order_of_the_case_are_named(
    decisions: list[Decision], catalogue: list[dict[str, str]]
) -> None:
    stages = [n for n, row in enumerate(catalogue) if row["decision"] == "stage"]
    one, other = stages[-4], stages[-3]
    catalogue[one], catalogue[other] = catalogue[other], catalogue[one]
    (message,) = disagreements(decisions, catalogue)
    assert "the rows of stage are not in the order of the case" in message
    assert "sales_ready, kept_by_sales, cooled_off, marketing_qualified" in message
    tracks = [row for row in catalogue if row["decision"] == "track"]
    (message,) = disagreements(decisions[:2], catalogue[: stages[-1] + 1] + tracks)[-1:]
    assert "no model decides about 'track'" in message


@pytest.mark.parametrize(
    ("lead_id", "intent", "quiet"),
    [("BELOW", "69", "31"), ("AT_BARS", "70", "30"), ("READY", "71", "29")],
)
def test_gaps_one_below_at_and_one_above(
    crm: Project, lead_id: str, intent: str, quiet: str
) -> None:
    short = {"69": "1 short", "70": "0 to spare", "71": "1 to spare"}[intent]
    over = {"31": "1 over", "30": "0 to spare", "29": "1 to spare"}[quiet]
    truth = "false" if intent == "69" else "true"
    # the comparisons have names in the model, and are shown as what they stand for
    assert asked(crm, lead_id, "sales_ready") == [
        f"{truth:5}  intent_score {intent} >= sql_min_intent 70: {short}",
        f"and days_since_engaged {quiet} <= sql_max_quiet_days 30: {over}",
    ]


def test_what_is_not_a_number_is_true_or_false(crm: Project) -> None:
    assert asked(crm, "COOLED", "not_scored_mql") == [
        "false  intent_score 90 is null: false",
        "and funnel_stage SQL in ('MQL', 'SQL'): true",
    ]
    assert asked(crm, "COOLED", "win_back") == [
        "false  engagement_health Stale = 'Dormant': false",
        "or effective_stage SQL = 'Disqualified': false",
    ]
    assert asked(crm, "NEVER", "not_scored_sql")[2] == (
        "and days_since_engaged null <= sql_max_quiet_days 30: false (no value)"
    )


@pytest.mark.parametrize(
    ("lead_id", "expected"),
    [
        (
            "READY",
            [
                "READY: the CRM says MQL, the rules say SQL, since intent 71 reaches ",
                "  Now: stage SQL, health Active, track Conversion, with SDRs / AEs, "
                "as of 2026-10-31",
                "  It needs a won deal in the CRM for Customer",
                "  It falls to MQL on 2026-11-02 unless it engages",
                "  Next: Get in touch and agree on the next step\n",
                "Stage: SQL",
                "  Intent 71 reaches the SQL bar of 70 and the last engagement was 29",
                "  ->  6 sales_ready             true   intent_score 71 >= ",
                "      7 kept_by_sales           not reached\n",
                "  ->  1 engaged_recently      true   days_since_engaged 29 <= ",
                "  sql_min_intent                70  since 2026-09-14 (entry 1, ",
                "RevOps: Too many high-intent leads stuck in MQL); 80 at the start",
                "  answer_within_days.SQL         1  since the start",
                "  none",
            ],
        ),
        (
            "COOLED",
            [
                "COOLED: the CRM says SQL, the rules say MQL, since intent 90 reaches",
                "  Mia decided: stage SQL (Called us back)",
                "  Now: stage SQL, health Stale, track Conversion, with SDRs / AEs",
                "Stage: MQL",
                "      6 sales_ready             false  intent_score 90 >= ",
                "and days_since_engaged 90 <= sql_max_quiet_days 30: 60 over",
                "      7 kept_by_sales           false  funnel_stage SQL = 'SQL': true",
                "  ->  8 cooled_off              true   intent_score 90 >= ",
                "  ->  2 going_quiet           true   days_since_engaged 90 <= stale_"
                "max_days 90: 0 to spare",
                "  stage SQL  since 2026-09-20 until 2027-01-31 "
                "(entry 902, Mia: Called us back)",
            ],
        ),
        (
            "CUSTOMER",
            [
                "CUSTOMER: the CRM says Customer, and so do the rules, since the CRM",
                "Stage: Customer",
                "  ->  1 customer_on_record      true   funnel_stage Customer = ",
                "      2 disqualified_on_record  not reached\n",
                "stale_max_days 90: 1 over",
                "  ->  5 gone_quiet            true   days_since_engaged 91 is ",
                "Track: Retention",
                "Work: Check in",
            ],
        ),
        (
            "NEVER",
            [
                "  ->  5 not_scored              true   intent_score null is null",
                "Dormant, since no engagement of the lead is on record",
                "  ->  4 never_engaged         true   days_since_engaged null is null",
                "Track: Reactivation",
            ],
        ),
        (
            "L0029",
            [
                "L0029: the CRM says SQL, the rules say Lead, since intent 5 is below ",
                "  Next: Ask sales whether a deal is open: if so, log",
                "  ->  5 ask_sales          true   funnel_stage SQL = 'SQL': true",
                "and not is_placed_by_hand false: true\n",
                # the clock that it waits by
                "  touch_every_days.SQL           7  since the start",
            ],
        ),
        (
            "UNSAID",
            [
                "UNSAID: the CRM gives no stage, the rules say SQL, since intent 71 ",
                "Missing or not understood in the export:\n"
                "  created_at          nothing, missing created at: counts as not ",
                "  engagement_channel  nothing, unknown engagement channel: counts as ",
                "  funnel_stage        nothing, missing funnel stage: counts as Lead",
                "  source              'Pigeon', unknown source: counts as Other",
            ],
        ),
    ],
)
def test_the_report_on_a_lead(crm: Project, lead_id: str, expected: list[str]) -> None:
    text = report(crm, lead_id)
    for line in expected:
        assert line in text
    assert text.count("->") == text.count(" true   ") == 4
    assert "Edited" not in text
    assert "Sam Day" not in text, "an override that expired is shown"


def test_a_lead_that_nobody_has_to_act_on_says_so(crm: Project) -> None:
    ((lead_id,),) = crm.rows(
        "select min(lead_id) from leads anti join lead_quality_issues using (lead_id)"
        " where work_rule = 'nurtured'"
    )
    text = report(crm, lead_id)
    assert "  Next: Nothing by hand: guides and webinar" in text
    assert "Missing" not in text


def test_points_have_one_decimal_and_are_rounded_down(sample: Project) -> None:
    lead_id, points = sample.rows(
        "select lead_id, sum(points) from intent_receipts group by lead_id"
        " having sum(points) * 10 % 1 > 0.5 order by lead_id limit 1"
    )[0]
    text = report(sample, lead_id)
    assert f"  {int(points * 10) / 10:>7.1f}  in all\n" in text
    assert not re.search(r"^ +\d+\.\d\d", text, re.MULTILINE)


def test_a_build_of_another_database_is_no_matter(crm: Project, tmp_path: Path) -> None:
    other = tmp_path / "acme.duckdb"
    shutil.copy(crm.database, other)
    asked = crm.script("why_this_lead", "--", "L0042", SMARTCRM_DB=str(other))
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout == crm.script("why_this_lead", "--", "L0042").stdout


@pytest.mark.parametrize(
    ("lead_id", "hint"),
    [
        *((it, "whose ids") for it in ("L9999", "' or '1' = '1", "{{ fail }}", "--")),
        ("l0042", "but L0042 is"),
    ],
)
def test_an_unknown_lead_is_not_found(crm: Project, lead_id: str, hint: str) -> None:
    done = crm.script("why_this_lead", "--", lead_id)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{lead_id} is not among the leads, {hint}")


def test_no_lead_is_no_unknown_one(crm: Project) -> None:
    said = fault(crm.script("why_this_lead", "--", " "))
    assert said == "LEAD is empty; name a lead: make why LEAD=L0042"


def test_bytes_that_are_not_text_are_not_a_lead(crm: Project) -> None:
    done = crm.script("why_this_lead", os.fsdecode(b"L\xff"))
    assert (done.returncode, done.stderr) == (1, "")


def test_a_rejected_lead_says_why_for_each_of_its_rows(crm: Project) -> None:
    done = crm.script("why_this_lead", "GONE")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "GONE is not among the leads",
        "rows of this id rejected: 1, invalid_created_at",
        "rows of this id rejected: 1, unknown_funnel_stage",
    ]


def test_a_lead_whose_score_is_out_of_range_is_not_scored(crm: Project) -> None:
    assert asked(crm, "WRONG", "not_scored")[0].startswith("true")


def test_a_lead_with_a_rejected_row_says_so_too(crm: Project) -> None:
    assert report(crm, "TWICE").endswith(
        "rows of this id rejected: 1, duplicate_lead_id\n"
    )


def test_rules_edited_since_the_build_are_named(crm: Project, edit: Edit) -> None:
    files = ("models/decisions/leads_with_stages.sql", "seeds/thresholds.csv")
    for file in files:
        path = crm.folder / file
        edit(path, text := path.read_text(encoding="utf-8"), f"{text}\n--")
    assert f"  Edited since the last build: {', '.join(files)}\n" in report(
        crm, "READY"
    )


def test_any_condition_is_spelled_out(crm: Project, edit: Edit) -> None:
    edit(
        crm.target / COMPILED,
        "            case\n                when funnel_stage = 'Customer'",
        """
            CASE  -- when 'this' then 'that' end as stage_rule
                /* it's (not (closed */
                when earned.sales_owner = 'when (It''s -- then' or
                    (intent_score > 69 and funnel_stage in ('MQL'))
                    and days_since_engaged between 29 and sql_max_quiet_days
                    and case when intent_score < 71 then 1 else 0 end = 0
                    and intent_score < 71.5
                    or sql_min_intent > 70
                THEN 'invented'
                when funnel_stage = 'Customer'""",
    )
    assert asked(crm, "READY", "invented") == [
        "true   sales_owner null = 'when (It''s -- then': false (no value)",
        "or (intent_score 71 > 69 and funnel_stage MQL in ('MQL')): true",
        "and days_since_engaged 29 between 29 and sql_max_quiet_days 30: true",
        "and case when intent_score 71 < 71 then 1 else 0 end = 0: true",
        "and intent_score 71 < 71.5: 0.5 to spare",
        "or sql_min_intent 70 > 70: equal",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("end as stage_rule", "end as rule", "found 0"),
        ("end as earned_rule", "end as stage_rule", "found 2"),
        ("else 'not_yet_qualified'", "", "earned_rule has no else"),
        ("else earned_rule", "else funnel_stage", "as funnel_stage`, found 0"),
        ("case\n                when funnel_stage =", "case 1 when", "`case when`"),
        ("'cooled_off'", "upper('x')", "upper('x') is not a rule id in quotes"),
        ("'cooled_off'", "'cooled off'", "'cooled off' is not a rule id in quotes"),
        ("case\n                when funnel_stage =", "case when when", "be parsed"),
    ],
)
def test_a_case_that_cannot_be_read_is_one_line(
    crm: Project,
    edit: Edit,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    expected: str,
) -> None:
    edit(crm.target / COMPILED, old, new)
    monkeypatch.setenv("DBT_TARGET_PATH", str(crm.target))
    with pytest.raises(Fault) as raised:
        read_decisions(read_manifest())
    (line,) = str(raised.value).splitlines()
    assert expected in line
    assert "models/decisions/leads_with_stages.sql" in line


def test_both_scripts_report_a_case_that_cannot_be_read(
    crm: Project, edit: Edit
) -> None:
    edit(crm.target / COMPILED, "else 'not_yet_qualified'", "")
    for done in (crm.script("why_this_lead", "READY"), crm.script("check_rules")):
        assert "models/decisions/leads_with_stages.sql: earned_rule has" in fault(done)


def test_an_else_that_hands_over_is_read_to_its_end() -> None:
    tree = parse_one(
        "select case when b then 'two' else 'three' end as later, "
        "case when a then 'one' else later end as stage_rule from leads"
    )
    rules = read_rules(tree, find_case(tree, "stage_rule", "model.sql"), "model.sql")
    assert [rule.rule_id for rule in rules] == ["one", "two", "three"]


def test_nothing_built_and_a_database_in_use_are_one_line(
    crm: Project, tmp_path: Path
) -> None:
    fresh = Project(crm.folder, tmp_path)
    assert "run `dbt build` first" in fault(fresh.script("why_this_lead", "READY"))
    with duckdb.connect(str(crm.database)):
        assert "in use" in fault(crm.script("why_this_lead", "READY"))
