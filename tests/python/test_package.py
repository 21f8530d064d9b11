"""A project of another name that has this one as its package, with leads of its own."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pytest

from conftest import ROOT, UNTESTED, UNWRITTEN, Project, Ran

LOADED = "2026-06-02 04:00:00"


class Acme:
    """tests/package in a copy of this project, with the package installed."""

    def __init__(self, project: Project) -> None:
        self.folder = project.folder / "tests/package"
        self.env = {
            name: value
            for name, value in project.env.items()
            if not name.startswith(("SMARTCRM_", "DBT_"))
        } | UNWRITTEN
        self.dbt("deps")

    def dbt(self, *words: str, code: int = 0) -> Ran:
        command = ["dbt", "--no-use-colors", *words]
        ran = Project.server.run(command, self.folder, self.env)
        assert ran.returncode == code, ran.stdout
        return ran

    def rows(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.folder / "acme.duckdb")) as connection:
            return connection.sql(query).fetchall()


@pytest.fixture(scope="module")
def acme(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Acme:
    """Their project as it is installed and built."""
    scratch = tmp_path_factory.mktemp("package")
    shutil.copytree(sample.folder, scratch / "project")
    made = Acme(Project(scratch / "project", scratch))
    # these are dbt's own, and call nothing of ours; of unit tests one model's will do
    generic = ("--exclude", "test_name:not_null", "test_name:unique")
    made.dbt("build", *generic, "--exclude-resource-type", "unit_test")
    made.dbt("test", "--select", "leads_with_stages,test_type:unit")
    return made


def test_another_project_decides_about_its_own_leads(acme: Acme) -> None:
    """The whole of it: a macro, model or test may miss the package that it is in."""
    assert acme.rows("from calls_of_the_week") == [
        ("A1", "Intent 91 reaches the SQL bar of 70 and the last engagement was today")
    ]
    theirs = "main_smartcrm"
    assert acme.rows(
        "select lead_id, effective_stage, company_size, source, region, intent_score,"
        f" created_at::varchar from {theirs}.leads order by 1"
    ) == [
        ("A1", "SQL", "M: 11-50", "Google Ads", "North", 91, "2026-01-05"),
        ("A2", "MQL", "XL: 201+", "Referral", "South", 55, "2026-02-11"),
        ("A3", "Lead", "S: 1-10", "Website", "North", 12, "2026-03-02"),
        ("A4", "Customer", "L: 51-200", "Google Ads", "South", None, "2025-11-30"),
        ("A5", "Disqualified", "Unknown", "Referral", "North", 88, "2026-04-01"),
    ]
    assert acme.rows(
        f"select lead_id, rejection_reasons from {theirs}.rejected_leads"
    ) == [("A6", "unknown_funnel_stage")]
    segment_types = acme.rows(
        f"select distinct segment_type from {theirs}.conversion_funnel"
    )
    assert {kind for (kind,) in segment_types} == {
        *("all", "source", "sales_owner", "region"),
        *("source and sales_owner", "source and region", "sales_owner and region"),
    }
    # what is the package's stands in its own schema, and nothing of the sample
    assert acme.rows(
        "select table_name from information_schema.tables where table_schema = 'main'"
        " or table_name in ('leads_cleaned_1000',"
        " 'call_notes', 'activities', 'stage_changes') order by 1"
    ) == [("acme_contacts",), ("calls_of_the_week",), ("crm_acme",)]
    assert acme.rows(f"from {theirs}.stg_call_notes") == []
    # the next build finds the history of this one
    acme.dbt("run", "--select", "lead_changes")
    compiled = "target/compiled/smartcrm/models/history/lead_changes.sql"
    assert f'"{theirs}"."lead_history"' in (acme.folder / compiled).read_text("utf-8")


def test_the_freshness_of_what_was_loaded_is_checked(acme: Acme) -> None:
    stale = acme.dbt("source", "freshness", code=1)
    assert "ERROR STALE freshness of warehouse.acme_contacts" in stale.stdout
    seed = acme.folder / "seeds/acme_contacts.csv"
    now = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}"
    seed.write_text(seed.read_text("utf-8").replace(LOADED, now), "utf-8")
    acme.dbt("seed", "--select", "acme_contacts")
    fresh = acme.dbt("source", "freshness")
    assert "PASS freshness of warehouse.acme_contacts" in fresh.stdout


def test_a_ledger_of_their_own_lacks_no_edit_of_ours(acme: Acme) -> None:
    with duckdb.connect(str(acme.folder / "acme.duckdb")) as connection:
        connection.execute("delete from main_smartcrm.logic_overrides")
    gate = "assert_every_edit_of_the_rules_is_logged"
    tested = acme.dbt("test", "--select", gate)
    assert f"PASS {gate}" in tested.stdout
    assert "was edited" not in tested.stdout


def test_a_var_names_a_model_of_the_other_project(acme: Acme) -> None:
    (acme.folder / "models/leads.sql").write_text(
        'select contact_no as "Record ID", fit as "Lead Score" '
        'from {{ ref("acme_contacts") }}',
        encoding="utf-8",
    )
    named = '{{ ref("acme", "leads") }}'
    settings = {"leads_path": named, "crm": "hubspot", "extra_columns": []}
    # all that looks at their columns
    wanted = ("--select", "+smartcrm.marts.leads", "smartcrm.staging", *UNTESTED)
    acme.dbt("build", *wanted, "--vars", json.dumps(settings))
    assert acme.rows(
        "select lead_id, intent_score from main_smartcrm.leads order by 1"
    ) == [("A1", 91), ("A2", 55), ("A3", 12), ("A4", None), ("A5", 88), ("A6", 40)]
    # each project's leads are its own
    assert acme.rows("select count(*) from main.leads") == [(6,)]


def test_macros_name_the_package_of_those_they_call() -> None:
    """Else dbt looks for them in the project whose model calls the first one."""
    texts = {
        path: path.read_text(encoding="utf-8")
        for folder in ("macros", "tests/generic")
        for path in (ROOT / folder).rglob("*.sql")
    }
    defined = re.findall(r"{%-? macro (\w+)\(", "\n".join(texts.values()))
    names = {name for name in defined if "__" not in name}
    for path, text in texts.items():
        tags = re.findall(r"{[{%].*?[%}]}", text, re.DOTALL)
        code = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', '""', "\n".join(tags))
        calls = re.findall(r"(?<![\w.])(?<!macro )(\w+)\(", code)
        assert not names.intersection(calls), relative(path)
        assert "project_name ~" not in text, relative(path)
        for words in re.findall(r"adapter\.dispatch\((.*?)\)", text, re.DOTALL):
            assert words.endswith('"smartcrm"'), relative(path)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
