from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from conftest import LEDGER as LEDGER_FILE
from conftest import ROOT, UNTESTED, Project

HOSTILE = ("'; drop table leads; --  名", "{{ 1 }} $lead_id %s {")

# The newest day in the sample is 2026-10-31, so 2026-10-01 was 30 days ago.
LEADS = (
    "READY,2026-01-01,MQL,71,2026-10-02,,,,",
    "AT_BARS,2026-01-01,MQL,70,2026-10-01,,,,",
    "BELOW,2026-01-01,Lead,69,2026-09-30,,,,",
    "COOLED,2026-01-01,SQL,90,2026-08-02,,,,",
    "CUSTOMER,2026-01-01,Customer,10,2026-08-01,,,,",
    "NEVER,2026-01-01,Lead,,,,,,",
    "TWICE,2026-01-01,Lead,50,2026-10-02,,,,",
    "TWICE,2026-01-01,Lead,40,2026-10-01,,,,",
    " WRONG ,2026-01-01,Lead,101,2026-10-02,,,,",
    "WRONG,2026-01-01,Ghost,50,2026-10-02,,,,",
    *(f'"{lead_id}",2026-01-01,Lead,50,2026-10-02,,,,' for lead_id in HOSTILE),
)
LEDGER = (
    "902,2026-09-20T08:00:00Z,Mia,lead,COOLED,stage,MQL,SQL,Called us back,2027-01-31",
    "903,2026-09-21T08:00:00Z,Mia,lead,READY,owner,,Sam Day,On holiday,2026-10-01",
)

Row = dict[str, Any]


@pytest.fixture(scope="module")
def crm(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project, built from the sample and the leads above."""
    project = sample.copy_to(tmp_path_factory.mktemp("why") / "copy")
    text = (ROOT / "seeds/leads_cleaned_1000.csv").read_text(encoding="utf-8")
    leads = project.scratch / "leads.csv"
    leads.write_text(text + "\n".join(LEADS) + "\n", encoding="utf-8")
    with (project.folder / LEDGER_FILE).open("a") as ledger:
        ledger.write("\n".join(LEDGER) + "\n")
    built = project.dbt("build", *UNTESTED, leads_path=str(leads))
    assert built.returncode == 0, built.stdout
    return project


@pytest.fixture
def edit(crm: Project) -> Iterator[Callable[[str, str, str], None]]:
    """Replaces text in a file of the copy until the test ends."""
    before = {}

    def replace(path: str, old: str, new: str) -> None:
        file = crm.folder / path
        text = before.setdefault(file, file.read_text(encoding="utf-8"))
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    yield replace
    for file, text in before.items():
        file.write_text(text, encoding="utf-8")


def asked(project: Project, *compiling: str) -> list[Row]:
    """Rows of the analysis as dbt compiles it, asked of the built database."""
    done = project.dbt("compile", "--select", "why_this_lead", *compiling)
    assert done.returncode == 0, done.stdout
    path = project.scratch / "target/compiled/smartcrm/analysis/why_this_lead.sql"
    with duckdb.connect(str(project.database), read_only=True) as connection:
        found = connection.execute(path.read_text(encoding="utf-8"))
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def rules(crm: Project) -> list[Row]:
    """What every rule asks of every lead."""
    return asked(crm)


def comparisons(rules: list[Row], lead_id: str, rule_id: str) -> str:
    (found,) = (
        rule["comparisons"]
        for rule in rules
        if (rule["lead_id"], rule["rule_id"]) == (lead_id, rule_id)
    )
    return found


def report(project: Project, lead_id: str) -> str:
    done = project.script("why_this_lead", "--", lead_id)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def fault(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_the_rules_asked_in_order_decide_every_lead_as_the_models_do(
    crm: Project, rules: list[Row]
) -> None:
    won = {
        (rule["lead_id"], rule["decision"]): rule["rule_id"]
        for rule in rules
        if rule["is_winner"]
    }
    built = crm.rows("select lead_id, stage_rule, health_rule, track_rule from leads")
    assert len(built) == 1000 + len(LEADS) - 3
    assert sum(rule["is_winner"] for rule in rules) == 3 * len(built)
    assert won == {
        (lead_id, decision): rule_id
        for lead_id, *rule_ids in built
        for decision, rule_id in zip(
            ("stage", "health", "track"), rule_ids, strict=True
        )
    }


def test_the_rules_are_the_catalogues_in_its_order(rules: list[Row]) -> None:
    with (ROOT / "seeds/decision_rules.csv").open(encoding="utf-8") as seed:
        catalogue = [
            (row["decision"], int(row["rule_order"]), row["rule_id"], row["outcome"])
            for row in csv.DictReader(seed)
        ]
    assert catalogue == [
        (rule["decision"], rule["rule_order"], rule["rule_id"], rule["outcome"])
        for rule in rules
        if rule["lead_id"] == "READY"
    ]


def test_rules_out_of_the_catalogues_order_fail_the_build(
    crm: Project, edit: Callable[[str, str, str], None]
) -> None:
    test = ("test", "--select", "assert_rules_are_in_the_catalogues_order")
    assert crm.dbt(*test).returncode == 0
    edit("models/decisions/leads_with_stages.sql", "then 'cooled_off'", "then 'warm'")
    swapped = crm.dbt(*test)
    assert swapped.returncode == 1
    assert "Got 2 results" in swapped.stdout


@pytest.mark.parametrize(
    ("lead_id", "intent", "quiet"),
    [("BELOW", "69", "31"), ("AT_BARS", "70", "30"), ("READY", "71", "29")],
)
def test_gaps_one_below_at_and_one_above(
    rules: list[Row], lead_id: str, intent: str, quiet: str
) -> None:
    short = {"69": "1 short", "70": "0 to spare", "71": "1 to spare"}[intent]
    over = {"31": "1 over", "30": "0 to spare", "29": "1 to spare"}[quiet]
    assert comparisons(rules, lead_id, "sales_ready") == (
        f"intent_score {intent} >= sql_min_intent 70: {short}\n"
        f"and days_since_engaged {quiet} <= sql_max_quiet_days 30: {over}"
    )


def test_what_is_no_number_is_true_false_or_unknown(rules: list[Row]) -> None:
    assert comparisons(rules, "NEVER", "sales_ready") == (
        "intent_score null >= sql_min_intent 70: unknown\n"
        "and days_since_engaged null <= sql_max_quiet_days 30: unknown"
    )
    assert comparisons(rules, "COOLED", "not_scored_mql") == (
        "intent_score 90 is null: false\nand funnel_stage SQL in ('MQL', 'SQL'): true"
    )
    assert comparisons(rules, "COOLED", "win_back") == (
        "engagement_health Stale = 'Dormant': false\n"
        "or simulated_stage MQL = 'Disqualified': false"
    )


@pytest.mark.parametrize(
    ("lead_id", "expected"),
    [
        (
            "READY",
            [
                "READY: stage SQL, health Active, track Conversion, as of 2026-10-31",
                "Stage: SQL",
                "  Intent 71 reaches the SQL bar of 70 and the last engagement was 29",
                "  ->  6 sales_ready             true   intent_score 71 >= ",
                "      7 cooled_off              true   intent_score 71 >= ",
                "  ->  1 engaged_recently  true   days_since_engaged 29 <= ",
                "  sql_min_intent       70  since 2026-09-14 (entry 1, RevOps: Too",
                " many high-intent leads stuck in MQL); 80 at the start",
                "  mql_min_intent       40  since the start",
                "  none",
            ],
        ),
        (
            "COOLED",
            [
                "COOLED: stage SQL, health Stale, track Reactivation",
                "Stage: MQL",
                "      6 sales_ready             false  intent_score 90 >= ",
                "and days_since_engaged 90 <= sql_max_quiet_days 30: 60 over",
                "  ->  7 cooled_off              true   intent_score 90 >= ",
                "  ->  2 going_quiet       true   days_since_engaged 90 <= stale_max_da"
                "ys 90: 0 to spare",
                "  stage SQL  since 2026-09-20 until 2027-01-31 "
                "(entry 902, Mia: Called us back)",
            ],
        ),
        (
            "CUSTOMER",
            [
                "Stage: Customer",
                "  ->  1 customer_on_record      true   funnel_stage Customer = ",
                "stale_max_days 90: 1 over",
                "  ->  4 gone_quiet        true   otherwise",
                "Track: Retention",
            ],
        ),
        (
            "NEVER",
            [
                "  ->  5 not_scored              true   intent_score null is null",
                "Dormant, since the lead has never engaged",
                "  ->  3 never_engaged     true   days_since_engaged null is null",
                "Track: Reactivation",
            ],
        ),
    ],
)
def test_the_report_on_a_lead(crm: Project, lead_id: str, expected: list[str]) -> None:
    text = report(crm, lead_id)
    for line in expected:
        assert line in text
    assert text.count("->") == 3
    assert "edited" not in text
    assert "Sam Day" not in text, "an override that expired is shown"


@pytest.mark.parametrize("lead_id", HOSTILE)
def test_any_text_is_an_id(crm: Project, lead_id: str) -> None:
    assert report(crm, f" {lead_id}\t").startswith(f"{lead_id}: stage MQL")


def test_the_var_narrows_the_analysis_to_one_lead(crm: Project) -> None:
    # dbt itself renders Jinja in --vars, so the script does not hand ids to it
    rows = asked(crm, "--vars", yaml.safe_dump({"lead_id": HOSTILE[0]}))
    assert {row["lead_id"] for row in rows} == {HOSTILE[0]}


@pytest.mark.parametrize("lead_id", ["L9999", "' or '1' = '1", "{{ fail }}", "", "--"])
def test_an_unknown_lead_is_not_found(crm: Project, lead_id: str) -> None:
    done = crm.script("why_this_lead", "--", lead_id)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{lead_id} is not among the leads\n"


def test_bytes_that_are_no_text_are_no_lead(crm: Project) -> None:
    done = crm.script("why_this_lead", os.fsdecode(b"L\xff"))
    assert (done.returncode, done.stderr) == (1, "")


def test_a_rejected_lead_says_why_for_each_of_its_rows(crm: Project) -> None:
    done = crm.script("why_this_lead", "WRONG")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "WRONG is not among the leads",
        "rows of this id rejected: 1, intent_score_out_of_range",
        "rows of this id rejected: 1, unknown_funnel_stage",
    ]


def test_a_lead_with_a_rejected_row_says_so_too(crm: Project) -> None:
    assert report(crm, "TWICE").endswith(
        "rows of this id rejected: 1, duplicate_lead_id\n"
    )


def test_an_edited_case_shows_before_the_next_build(
    crm: Project, edit: Callable[[str, str, str], None]
) -> None:
    edit(
        "models/decisions/leads_with_stages.sql",
        "            case\n                when funnel_stage = 'Customer'",
        """
            CASE  -- when 'this' then 'that' end as stage_rule
                /* it's (not (closed */
                when leads_with_stages.sales_owner = 'when (it''s -- then' or
                    (intent_score > 69 {# and 1 = 0 #} and funnel_stage in ('MQL'))
                    and days_since_engaged between 29 and sql_max_quiet_days
                    and case when intent_score < {{ 70 + 1 }} then 1 else 0 end = 0
                    and intent_score < 71.5
                    or sql_min_intent > 70
                THEN 'invented'
                when funnel_stage = 'Customer'""",
    )
    text = report(crm, "READY")
    assert "the rules were edited since the last build: run dbt build" in text
    lines = [line.strip() for line in text.splitlines()]
    assert lines[3:10] == [
        "Stage: not built yet",
        "->  1 invented                true   "
        "sales_owner null = 'when (it''s -- then': unknown",
        "or (intent_score 71 > 69 and funnel_stage MQL in ('MQL')): true",
        "and days_since_engaged 29 between 29 and sql_max_quiet_days 30: true",
        "and case when intent_score 71 < 71 then 1 else 0 end = 0: true",
        "and intent_score 71 < 71.5: 0.50 to spare",
        "or sql_min_intent 70 > 70: equal",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("end as stage_rule", "end as rule", "found 0"),
        ("else 'not_yet_qualified'", "", "it has no else"),
        ("case\n                when funnel_stage =", "case 1 when", "`case when`"),
        ("'cooled_off'", "upper('x')", "upper('x') is no rule id in quotes"),
        ("when intent_score is null\n", "when deals > 1\n", '"deals" not found'),
    ],
)
def test_a_case_that_cannot_be_read_is_one_line(
    crm: Project,
    edit: Callable[[str, str, str], None],
    old: str,
    new: str,
    expected: str,
) -> None:
    edit("models/decisions/leads_with_stages.sql", old, new)
    line = fault(crm.script("why_this_lead", "READY"))
    assert expected in line
    assert "leads_with_stages" in line or "run `dbt build`" in line


def test_nothing_built_and_a_database_in_use_are_one_line(
    crm: Project, tmp_path: Path
) -> None:
    fresh = Project(crm.folder, tmp_path)
    assert "run `dbt build` first" in fault(fresh.script("why_this_lead", "READY"))
    with duckdb.connect(str(crm.database)):
        assert "in use" in fault(crm.script("why_this_lead", "READY"))
