"""Leads and call notes from tables instead of files, and nothing of the sample's."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from conftest import UNTESTED, Project
from living_dbt import LivingDbt

BUILD = ("build", "--select", "+leads", "stg_call_notes", *UNTESTED)
ANSWER = "pain_summary,{lead},test,2026-01-01T00:00:00Z,Kept,,accepted"


def fill(database: Path, statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(statements)


def test_a_table_is_read_as_text_and_nothing_of_the_sample_joins_it(
    built_project: Project,
) -> None:
    project = built_project
    # the sample's notes, with an answer that is kept
    ((prompt_hash, lead),) = project.rows(
        "select prompt_hash, lead_id from lead_prompts"
        " where prompt_name = 'pain_summary' order by all limit 1"
    )
    answers = project.folder / "seeds/genai_responses.csv"
    with answers.open("a", encoding="utf-8") as lines:
        lines.write(f"{prompt_hash},{ANSWER.format(lead=lead)}\n")
    kept = ("build", "--select", "genai_responses+,+leads", *UNTESTED)
    assert project.dbt(*kept).returncode == 0
    summaries = "select lead_id, pain_point_summary from leads where {} order by 1"
    assert project.rows(summaries.format("pain_point_summary is not null")) == [
        (lead, "Kept")
    ]

    # other people's leads that have the ids of the sample's
    fill(
        project.database,
        f"""
        create schema raw;
        create table raw.contacts as
        select
            lead_id as "Lead ID",
            date '2026-01-01' + day_number::int as created_at,
            'SQL' as funnel_stage,
            61.5::double as intent_score,
            timestamptz '2026-05-01 23:30:00-05' as last_engaged,
            day_number as region
        from (
            select unnest(['{lead}', 'X1']) as lead_id, unnest([0, 1]) as day_number
        );
        create view raw.notes as
        select lead_id, 'Too dear' as note from (values ('X1')) as notes (lead_id)
        """,
    )
    done = project.dbt(
        *BUILD,
        leads_path="RAW.Contacts",
        extra_columns=["region"],
        max_left_share="1",
    )
    assert done.returncode == 0, done.stdout
    assert project.rows(
        "select created_at::varchar, last_engaged::varchar, intent_score, region,"
        " pain_point_summary from leads order by created_at"
    ) == [
        ("2026-01-01", "2026-05-02", 62, "0", None),
        ("2026-01-02", "2026-05-02", 62, "1", None),
    ]
    assert project.rows("from stg_call_notes") == []

    # from a database that the profile attaches, and notes of one's own
    fill(
        project.scratch / "crm.duckdb",
        "create schema hubspot; create table hubspot.contacts as"
        """ select 'X1' as "Record ID" """,
    )
    profile = project.folder / "profiles.yml"
    attach = f"attach: [{{path: {project.scratch / 'crm.duckdb'}, alias: crm}}]"
    text = profile.read_text("utf-8")
    profile.write_text(text.replace("settings:", f"{attach}\n      settings:"), "utf-8")
    done = project.dbt(
        *("run", "--select", "+stg_call_notes"),
        leads_path="crm.hubspot.contacts",
        crm="hubspot",
        call_notes_path="raw.notes",
        max_left_share="1",
    )
    assert done.returncode == 0, done.stdout
    assert project.rows("select lead_id, note, problem from stg_call_notes") == [
        ("X1", "Too dear", None)
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "raw.nothing",
            "found none of that name in smartcrm.raw; write DATABASE.SCHEMA",
        ),
        ("leads.xlsx", "expected a table or view, or a file that ends in csv, tsv"),
        ("lost.crm.contacts", "found none of that name in lost.crm; write DATABASE"),
        ("leads", "expected a table of your own, found one that SmartCRM writes"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(
    living_dbt: LivingDbt, name: str, said: str
) -> None:
    line = living_dbt.refusal("source_files", leads_path=name)
    assert line.startswith(f"leads_path '{name}': ")
    assert said in line


def test_a_run_stops_at_a_table_that_is_not_there(project: Project) -> None:
    said = project.refusal("run", "--select", "source_files", leads_path="raw.nothing")
    assert "leads_path 'raw.nothing': expected a table or view, or a file " in said
