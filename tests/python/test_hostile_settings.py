"""No var is run as SQL, whatever is in it."""

from __future__ import annotations

import csv

import pytest
import yaml

from conftest import ROOT, UNTESTED, Project
from hostile import INJECTED
from living_dbt import LivingDbt

# parts of the name of a model, which dbt has to find
NAMES = {"crm", "activities_crm", "stage_changes_crm"}
# what any text may be the value of
TEXTS = {
    *("leads_path", "activities_path", "stage_changes_path", "call_notes_path"),
    *("score_column", "date_format", "extra_columns"),
}
LISTS = {"segments", "levers", "changing_segments"}
REFUSED = {
    # the var, a model that reads it, and what is said of it
    "comparable_min_leads": ("strategy_opportunities", "give a whole number from 0"),
    "horizon_days": ("funnel_cohorts", "give a whole number from 1"),
    "landmark_max_leads": ("landmark_leads", "give a whole number from 1"),
    "win_within_min_wins": ("known_outcomes", "give a whole number from 2"),
    "max_left_share": ("current_build", "give a number from 0 to 1"),
    "max_backward_share": ("crm_update_files", "give a number from 0 to 1"),
    "as_of_date": ("as_of", "give a day as YYYY-MM-DD, or today"),
    "logic_as_of": ("current_build", "give a day as YYYY-MM-DD, or today"),
    "score_min": ("stg_lead_rows", "give a number"),
    "score_max": ("stg_lead_rows", "give a number"),
    "record_url": ("leads", "give an address that starts with http"),
    "segments": ("lead_segments", "is not a column of leads; choose from lead_id, "),
    "levers": ("strategy_opportunities", "is not a column of leads; choose from "),
    "changing_segments": ("funnel_velocity", "is not a column of leads; choose from "),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_var_that_can_not_be_meant_is_refused(
    living_dbt: LivingDbt, name: str
) -> None:
    model, said = REFUSED[name]
    value = [INJECTED] if name in LISTS else INJECTED
    quoted = f": '{INJECTED}' " if name in LISTS else f" is '{INJECTED}'; "
    assert living_dbt.refusal(model, **{name: value}).startswith(name + quoted + said)


def test_a_mark_around_names_is_part_of_none(project: Project) -> None:
    path = '"a` injected `"'
    said = project.refusal("compile", "--select", "source_files", leads_path=path)
    assert f"leads_path '{path}': expected a file, found none" in said


def test_a_text_in_a_var_is_text(project: Project) -> None:
    column = f"Why? {INJECTED}"
    path = project.folder / f"{INJECTED}.csv"
    path.write_text(
        f'lead_id,created_at,"{column}"\n1,"{INJECTED}",7\n', encoding="utf-8"
    )
    done = project.dbt(
        *("build", *UNTESTED, "--select", "+stg_leads +stg_call_notes"),
        leads_path=path.name,
        score_column=column,
        extra_columns=[column],
        date_format=f"%d {INJECTED}",
    )
    assert done.returncode == 0, done.stdout
    read = "select raw_created_at, intent_score from stg_leads_typed"
    assert project.rows(read) == [(INJECTED, 7)]
    made = "select count(*) from duckdb_tables() where table_name = 'injected'"
    assert project.rows(made) == [(0,)]


def test_the_name_of_a_database_can_not_be_sql(project: Project) -> None:
    project.env["SMARTCRM_DB"] = f"{project.scratch}/{INJECTED}.duckdb"
    said = project.refusal("debug", "--connection")
    assert "set SMARTCRM_DB to a name of letters, digits, spaces" in said


def test_the_name_of_a_threshold_can_not_be_sql(project: Project) -> None:
    seed = project.folder / "seeds/thresholds.csv"
    with seed.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(
            [f"x, {INJECTED}", 1, 0, 9, "", "days", "x"]
        )
    asked = ("--select", "thresholds", "decision_context", "+rule_numbers")
    said = project.refusal("build", *UNTESTED, *asked)
    assert f"seeds/thresholds.csv: 'x, {INJECTED}' can't name a column" in said


def test_every_var_is_tried() -> None:
    known = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))
    untried = known["vars"].keys() - REFUSED.keys() - TEXTS - NAMES
    # true or false, and whole numbers by names that are quoted
    assert untried == {"allow_remote_paths", "what_if"}
