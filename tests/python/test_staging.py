"""Exports of every kind, sound and unsound, through the real build."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, Project

STAGING = (
    "build",
    "--select",
    "+stg_leads +rejected_leads +lead_quality_issues",
    "--resource-type",
    "model",
    "--resource-type",
    "seed",
)
HEADER = (
    "lead_id,created_at,funnel_stage,intent_score,last_engaged,"
    "company_size,source,engagement_channel,sales_owner"
)

REJECTED = {
    "reject_id": (
        " N/A ,2026-01-01,Lead,50,2026-01-02,S: 1-10,Website,Email,",
        "missing_lead_id",
    ),
    "reject_created": (
        "R1,2026-02-31,Lead,50,2026-03-02,S: 1-10,Website,Email,",
        "invalid_created_at",
    ),
    "reject_engaged": (
        "R2,2026-01-01,Lead,50,03/02/2026,S: 1-10,Website,Email,",
        "invalid_last_engaged",
    ),
    "reject_future": (
        "R3,2026-01-01,Lead,50,2999-01-01,S: 1-10,Website,Email,",
        "date_after_as_of",
    ),
    "reject_stage": (
        "R8,2026-01-01,Prospect,50,2026-01-02,S: 1-10,Website,Email,",
        "unknown_funnel_stage",
    ),
    "reject_all": (
        ",32/01/2026,Prospect,many,2999-12-31,S: 1-10,Website,Email,",
        "missing_lead_id, invalid_created_at, date_after_as_of, unknown_funnel_stage",
    ),
    "reject_duplicate": (
        "K1,2026-01-01,Customer,99,2026-05-01,S: 1-10,Website,Email,",
        "duplicate_lead_id",
    ),
}
KEPT = {
    "K1": "K1,2026-01-01,lead,85.0,2026-05-02,s: 1-10,google ads,whatsapp,  Ann  ",
    "K2": "K2,,Select,null,-,Huge,Billboard,Fax,NA",
    "K3": "K3,2026-05-01,MQL,0,2026-04-30,XL: 201+,Event,None,Bo",
    "K4": "K4,2026-01-01T23:30:00-05:00,SQL,100,2026-06-01 10:00,M: 11-50,Other,SMS,",
}
ISSUES = {
    ("K2", "created_at", None, "missing_created_at"),
    ("K2", "funnel_stage", "Select", "missing_funnel_stage"),
    ("K2", "intent_score", "null", "missing_intent_score"),
    ("K2", "company_size", "Huge", "unknown_company_size"),
    ("K2", "source", "Billboard", "unknown_source"),
    ("K2", "engagement_channel", "Fax", "unknown_engagement_channel"),
    ("K3", "last_engaged", "2026-04-30", "engaged_before_created"),
}


def test_every_rejection_code_and_every_quality_issue(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    lines = [line for line, _ in REJECTED.values()] + list(KEPT.values())
    lines.append("K3,2026-05-01,MQL,0,2026-04-30,XL: 201+,Event,None,Bo")
    random.Random(7).shuffle(lines)
    result = project.dbt(*STAGING, leads_path=str(write_csv(HEADER, *lines)))
    assert result.returncode == 0, result.stdout

    expected = sorted(
        [(*line.split(","), reasons) for line, reasons in REJECTED.values()]
        + [(*KEPT["K3"].split(","), "duplicate_lead_id")]
    )
    found = [
        tuple(value or "" for value in row)
        for row in project.rows("select * from rejected_leads")
    ]
    assert sorted(found) == expected
    assert set(project.rows("select * from lead_quality_issues")) == ISSUES
    assert project.rows(
        "select lead_id, created_at::varchar, funnel_stage, intent_score,"
        " last_engaged::varchar, company_size, source, engagement_channel, sales_owner"
        " from stg_leads order by lead_id"
    ) == [
        (
            *("K1", "2026-01-01", "Lead", 85, "2026-05-02"),
            *("S: 1-10", "Google Ads", "WhatsApp", "Ann"),
        ),
        ("K2", None, "Lead", None, None, "Unknown", "Other", "None", None),
        (
            *("K3", "2026-05-01", "MQL", 0, "2026-04-30"),
            *("XL: 201+", "Event", "None", "Bo"),
        ),
        (
            *("K4", "2026-01-02", "SQL", 100, "2026-06-01"),
            *("M: 11-50", "Other", "SMS", None),
        ),
    ]
    assert project.rows("select as_of_date::varchar from as_of") == [("2026-06-01",)]


@pytest.mark.parametrize("order", [1, 2])
def test_of_several_rows_the_latest_and_furthest_is_kept(
    project: Project, write_csv: Callable[..., Path], order: int
) -> None:
    """Each pair differs in one field more than the last, in the order of preference."""
    lines = [
        "engaged,Lead,10,2026-02-02,2026-01-01,kept",
        "engaged,SQL,90,2026-02-01,2026-01-02,",
        "never,Lead,,2026-01-01,2026-01-01,kept",
        "never,Lead,,,2026-01-02,",
        "created,Lead,10,,2026-01-02,kept",
        "created,SQL,90,,2026-01-01,",
        "intent,Lead,0,,,kept",
        "intent,SQL,,,,",
        "stage,Customer,,,,kept",
        "stage,Lead,,,,",
        "stage,Disqualified,,,,",
        "text,Lead,,,,kept",
        "text,Lead,,,,kept it not",
        # what can't be trusted does not compete
        "future,Lead,,2026-02-01,,kept",
        "future,Lead,,2999-01-01,,",
    ]
    random.Random(order).shuffle(lines)
    header = "lead_id,funnel_stage,intent_score,last_engaged,created_at,sales_owner"
    path = str(write_csv(header, *lines))
    assert project.dbt(*STAGING, leads_path=path).returncode == 0
    ids = {line.partition(",")[0] for line in lines}
    assert set(project.rows("select lead_id, sales_owner from stg_leads")) == {
        (lead_id, "kept") for lead_id in ids
    }
    assert project.rows("select count(*) from rejected_leads") == [(8,)]


def test_csv_parquet_and_json_give_the_same_leads(
    project: Project, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    csv = write_csv(
        HEADER,
        "K1,2026-01-01,Lead,85,2026-05-02,S: 1-10,Website,Email,Ann",
        "K2,2026-01-03,MQL,,,Unknown,Event,None,",
    )
    duckdb.sql(f"copy (from '{csv}') to '{tmp_path / 'leads.parquet'}'")
    duckdb.sql(f"copy (from '{csv}') to '{tmp_path / 'leads.json'}' (array true)")
    duckdb.sql(f"copy (from '{csv}') to '{tmp_path / 'leads.ndjson'}' (format json)")
    found = {}
    for ending in ("csv", "parquet", "json", "ndjson"):
        path = tmp_path / f"leads.{ending}"
        result = project.dbt(*STAGING, leads_path=str(path))
        assert result.returncode == 0, result.stdout
        found[ending] = project.rows("select * from stg_leads order by lead_id")
    assert len(found["csv"]) == 2
    assert found["csv"] == found["parquet"] == found["json"] == found["ndjson"]


SCORES = {
    # text: score, issue
    "0": (0, None),
    "61.49": (61, None),
    "61.5": (62, None),
    "99.5": (100, None),
    "100.0": (100, None),
    "+7": (7, None),
    ".5": (1, None),
    "": (None, "missing_intent_score"),
    "N/A": (None, "missing_intent_score"),
    "-0.1": (None, "intent_score_out_of_range"),
    "100.4": (None, "intent_score_out_of_range"),
    "101": (None, "intent_score_out_of_range"),
    "9" * 60: (None, "intent_score_out_of_range"),
    **dict.fromkeys(
        ("many", "NaN", "inf", "1e3", "0x10", "1_0", "5 %", "61,5", ".", "--5"),
        (None, "invalid_intent_score"),
    ),
}


def scored(project: Project) -> dict[str, tuple[int | None, str | None]]:
    """Score and issue of each lead by its owner, which the tests make the raw score."""
    assert project.rows("select * from rejected_leads") == []
    return {
        owner or "": (score, issue)
        for owner, score, issue in project.rows(
            "select ltrim(sales_owner, '='), intent_score, issue from stg_leads"
            " left join (from lead_quality_issues where field = 'intent_score')"
            " using (lead_id)"
        )
    }


def test_a_score_never_costs_a_lead(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    lines = [f'{n},"{text}","={text}"' for n, text in enumerate(SCORES)]
    path = write_csv("lead_id,intent_score,sales_owner", *lines)
    result = project.dbt(*STAGING, leads_path=str(path))
    assert result.returncode == 0, result.stdout
    assert scored(project) == SCORES
    raw = (
        "select raw_value from lead_quality_issues where issue = 'invalid_intent_score'"
    )
    assert ("many",) in project.rows(raw)


@pytest.mark.parametrize("crm", ["canonical", "hubspot", "salesforce"])
def test_a_score_of_ones_own_is_named_and_scaled(
    project: Project, write_csv: Callable[..., Path], crm: str
) -> None:
    """What the mapping knows as the score is there too, but is not the one named."""
    scores = {
        "-20": (0, None),
        "0": (10, None),
        # 56.5 of 100, which scales to 56.49999999999999
        "93": (57, None),
        "92.9": (56, None),
        "180": (100, None),
        "180.5": (None, "intent_score_out_of_range"),
        "-21": (None, "intent_score_out_of_range"),
        "x": (None, "invalid_intent_score"),
    }
    header = {
        "canonical": "lead_id,intent_score,Fit score,sales_owner",
        "hubspot": "Record ID,HubSpot Score,Fit score,Contact owner",
        "salesforce": "Lead ID,Lead Score,Fit score,Lead Owner",
    }
    path = write_csv(header[crm], *(f"{n},1,{n},={n}" for n in scores))
    settings = {"score_column": "fit_score", "score_min": "-20", "score_max": "180"}
    result = project.dbt(*STAGING, crm=crm, leads_path=str(path), **settings)
    assert result.returncode == 0, result.stdout
    assert scored(project) == scores


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"score_column": "Fit"}, "leads.csv': expected a column Fit, which score_col"),
        (
            {"score_min": "0"},
            "score_min is set alone; give score_min and score_max, or",
        ),
        (
            {"score_max": "9"},
            "score_max is set alone; give score_min and score_max, or",
        ),
        ({"score_min": "ten", "score_max": "20"}, "score_min is 'ten'; give a number"),
        ({"score_min": "0", "score_max": "inf"}, "score_max is 'inf'; give a number"),
        (
            {"score_min": "5", "score_max": "5"},
            "score_min is 5 and score_max is 5; the",
        ),
    ],
)
def test_a_score_that_can_not_be_meant_is_one_line(
    project: Project, write_csv: Callable[..., Path], settings: dict, message: str
) -> None:
    path = write_csv("lead_id,intent_score", "K1,5")
    result = project.dbt(
        "compile", "--select", "stg_leads_typed", leads_path=str(path), **settings
    )
    assert result.returncode != 0
    assert "Traceback" not in result.stdout + result.stderr
    assert message in result.stdout


def test_other_date_formats_are_read_only_when_they_are_named(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = str(write_csv("Lead_ID,Created At", "K1,03/02/2026", "K2,2026-02-03"))
    assert project.dbt(*STAGING, leads_path=path).returncode == 0
    assert project.rows("select lead_id from stg_leads") == [("K2",)]
    assert (
        project.dbt(*STAGING, leads_path=path, date_format="%d/%m/%Y").returncode == 0
    )
    assert project.rows("select lead_id, created_at::varchar from stg_leads") == [
        ("K1", "2026-02-03")
    ]


UNREADABLE = {
    "missing": (None, "leads.csv", "expected a file, found none"),
    "empty": (b"", "leads.csv", "found an empty file"),
    "single column": (
        b"lead_id,funnel_stage\nL1\nL2,MQL,x,y\nL3\n",
        "leads.csv",
        "found one column, 'lead_id,funnel_stage'",
    ),
    "not UTF-8": (
        "lead_id,sales_owner\nL1,Ann\nL2,José\n".encode("latin-1"),
        "leads.csv",
        "expected UTF-8 text, found other bytes on line 3",
    ),
    "no lead_id": (
        b"id,stage\n1,MQL\n",
        "leads.csv",
        "expected a column lead_id, found id, stage",
    ),
    "ending": (b"x", "leads.xlsx", "expected a file that ends in csv"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_stops_the_run_with_one_line(
    project: Project, tmp_path: Path, case: str
) -> None:
    content, name, words = UNREADABLE[case]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = project.dbt(*STAGING, leads_path=str(path))
    assert result.returncode != 0
    assert "Traceback" not in result.stdout + result.stderr
    lines = [line for line in result.stdout.splitlines() if words in line]
    assert lines, result.stdout
    assert project.seen(path) in lines[0]


def test_an_unknown_crm_is_named(project: Project) -> None:
    result = project.dbt(*STAGING, crm="foo")
    assert result.returncode != 0
    assert "Traceback" not in result.stdout + result.stderr
    assert "depends on a node named 'crm_foo' which was not found" in result.stdout
    mappings = sorted((ROOT / "models/staging/crm").glob("crm_*.sql"))
    names = ", ".join(path.stem.removeprefix("crm_") for path in mappings)
    assert (
        "crm is 'foo': its mapping is your own models/staging/crm/crm_foo.sql; "
        f"if you have none, choose one of {names}\n"
    ) in result.stdout


def test_a_date_setting_that_is_no_date_is_named(project: Project) -> None:
    result = project.dbt(*STAGING, as_of_date="31.10.2026")
    assert result.returncode != 0
    assert "as_of_date is '31.10.2026'; give a day as YYYY-MM-DD" in result.stdout
