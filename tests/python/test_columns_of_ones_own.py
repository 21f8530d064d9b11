"""Columns, cuts and links that a user names, with no file edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import UNTESTED, Project
from living_dbt import LivingDbt

EXPORT = [
    "lead_id,funnel_stage,intent_score,last_engaged,Region,Lead Status,Group,Secret,"
    "Last name,First name",
    "a/1,SQL,90,2026-03-30, North ,hot,x,s,Hart,Ann",
    "b,SQL,90,2026-03-30,N/A,,x,s,,Bo",
    "c,Lead,20,2026-03-30,South,cold,x,s,,",
]
EXTRA = ["region", "Lead Status", "Group", "Last name", "First name"]
URL = "https://crm.example/contact/{lead_id}?from=lists"


def test_they_are_in_leads_lists_files_and_funnels(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    result = project.dbt(
        *("build", *UNTESTED),
        leads_path=str(write_csv(*EXPORT)),
        extra_columns=EXTRA,
        segments=["sales_owner", "Region", "lead_status"],
        record_url=URL,
    )
    assert result.returncode == 0, result.stdout
    expected = [
        ("a/1", "North", "hot", "x", "https://crm.example/contact/a%2F1?from=lists"),
        ("b", None, None, "x", "https://crm.example/contact/b?from=lists"),
        ("c", "South", "cold", "x", "https://crm.example/contact/c?from=lists"),
    ]
    names = 'lead_id, region, lead_status, "group", record_url'
    assert project.rows(f"select {names} from leads order by lead_id") == expected
    called = project.rows(f"select {names} from team_worklist order by lead_id")
    assert called == expected[:2]
    listed = "select distinct lead_id, name from worklist_rows order by 1"
    assert project.rows(listed) == [("a/1", "Ann Hart"), ("b", "Bo")]
    assert not project.rows(
        "select 1 from duckdb_columns() where column_name = 'secret'"
    )

    # who has no value is in no comparison, as leads without an owner are
    assert project.rows(
        "select segment_type, segment, ever_count from conversion_funnel"
        " where stage = 'Lead' and segment_type not like '% and %' order by all"
    ) == [
        ("all", "All leads", 3),
        *[("lead_status", name, 1) for name in ("Unassigned", "cold", "hot")],
        *[("region", name, 1) for name in ("North", "South", "Unassigned")],
        ("sales_owner", "Unassigned", 3),
    ]
    assert project.rows(
        "select segment, ever_count from conversion_funnel where stage = 'Lead'"
        " and segment_type = 'region and lead_status' order by all"
    ) == [
        ("North and hot", 1),
        ("South and cold", 1),
        ("Unassigned and Unassigned", 1),
    ]

    out = project.scratch / "outputs"
    result = project.script("export_csvs", "--out", out)
    assert result.returncode == 0, result.stderr
    for name in ("leads_with_stages", "opportunity_leads"):
        header = (out / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0]
        assert {"region", "lead_status", "group"} <= set(header.split(",")), name

    # a candidate has them too: it differs by what is edited alone
    result = project.script("what_if", "--out", out)
    assert result.returncode == 0, result.stderr
    assert "Changed since the last good build\n  nothing\n" in result.stdout
    assert "Nothing moves, of 3 leads" in result.stdout


def test_a_name_stands_on_the_lists(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = write_csv(EXPORT[0].replace("Region", "Full name"), *EXPORT[1:])
    given = {"leads_path": str(path), "extra_columns": ["Full name"]}
    listed = ("build", "--select", "+worklist_rows", *UNTESTED)
    for words in (listed, ("test", "--select", "worklist_rows,test_type:unit")):
        result = project.dbt(*words, **given)
        assert result.returncode == 0, result.stdout
    assert project.rows(
        "select distinct lead_id, name from worklist_rows order by 1"
    ) == [("a/1", "North"), ("b", None)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"extra_columns": ["Source"]}, "'Source' would be named source, which is a"),
        ({"extra_columns": ["Why"]}, "'Why' would be named why, which is a column of"),
        ({"extra_columns": ["Days ago"]}, "'Days ago' would be named days_ago, which"),
        ({"extra_columns": ["All"]}, "'All' would be named all, which is a column of"),
        ({"extra_columns": "Region"}, "extra_columns is 'Region'; give a list"),
        ({"extra_columns": ["Region", "region"]}, "would both be region"),
        ({"record_url": "javascript:{lead_id}"}, "give an address that starts with"),
        ({"record_url": "https://crm.example/"}, "{lead_id} where the id goes"),
    ],
)
def test_a_name_that_can_not_be_meant_is_one_line(
    living_dbt: LivingDbt, write_csv: Callable[..., Path], settings: dict, message: str
) -> None:
    path = str(write_csv(*EXPORT))
    assert message in living_dbt.refusal(
        "crm_canonical", "leads", leads_path=path, **settings
    )


def test_a_build_stops_at_a_column_that_is_not_there(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    settings = {"leads_path": str(write_csv(*EXPORT)), "extra_columns": ["Regoin"]}
    said = project.refusal("build", "--select", "+stg_lead_rows", **settings)
    assert "leads.csv': expected a column Regoin, which" in said
