"""The generated documents against the last build, with the ledger as it is.

All other tests have a ledger of their own. After a change of the rules these alone
fail, until `make docs` has written the documents again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from browser import pages_of
from conftest import ROOT, Project

PRESENTATION = "docs/SmartCRM_Presentation.pdf"


@pytest.fixture
def live(tmp_path: Path) -> Project:
    """This project, with the build of `make test` or else the last one."""
    project = Project(ROOT, tmp_path)
    defaults = {"SMARTCRM_DB": "outputs/smartcrm.duckdb", "DBT_TARGET_PATH": "target"}
    for name, default in defaults.items():
        project.env[name] = os.environ.get(name, default)
        message = f"{project.env[name]} is not there: run `make test`, or `dbt build`"
        assert (ROOT / project.env[name]).exists(), message
    return project


@pytest.mark.parametrize("script", ["export_field_docs", "export_prompt_docs"])
def test_the_documents_are_those_of_the_rules_in_force(
    live: Project, script: str
) -> None:
    checked = live.script(script, "--check")
    assert checked.returncode == 0, checked.stderr


def test_the_presentation_is_that_of_the_rules_in_force(
    live: Project, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.pdf"
    made = live.script("build_presentation", "--out", fresh)
    assert made.returncode == 0, made.stderr
    is_fresh = pages_of(ROOT / PRESENTATION) == pages_of(fresh)
    assert is_fresh, f"{PRESENTATION} is stale; run `make docs`"
