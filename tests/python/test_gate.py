"""An edit of the rules that nobody logged."""

from __future__ import annotations

import pytest

from conftest import Project

GATE = ("build", "--select", "+assert_every_edit_of_the_rules_is_logged")
EDITS = {
    "leads_with_stages": (
        "models/decisions/leads_with_stages.sql",
        "intent_score >= mql_min_intent as",
        "intent_score >= mql_min_intent + 0 as",
    ),
    "decision_rules": (
        "seeds/decision_rules.csv",
        "The CRM says Customer",
        "A customer in the CRM",
    ),
    "thresholds": ("seeds/thresholds.csv", "stale_max_days,90", "stale_max_days,80"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_warns_fails_the_gate_and_passes_once_it_is_logged(
    project_copy: Project, name: str
) -> None:
    file_name, old, new = EDITS[name]
    file = project_copy.folder / file_name
    before = file.read_text(encoding="utf-8")
    assert old in before
    told = f"{file_name} was edited and not logged; run: "

    file.write_text(before.replace(old, new), encoding="utf-8")
    warned = project_copy.dbt("build")
    assert warned.returncode == 0, warned.stdout
    assert warned.stdout.count(told) == 1
    assert f"log_logic_override.py logic {name}" in warned.stdout

    project_copy.env["SMARTCRM_GATE"] = "error"
    failed = project_copy.dbt(*GATE)
    assert failed.returncode == 1
    assert told in failed.stdout

    file.write_text(before, encoding="utf-8")
    reverted = project_copy.dbt(*GATE)
    assert reverted.returncode == 0, reverted.stdout
    assert "was edited and not logged" not in reverted.stdout

    file.write_text(before.replace(old, new), encoding="utf-8")
    logged = project_copy.script(
        "log_logic_override", "logic", name, "--reason", "trying it", "--by", "Ann"
    )
    assert logged.returncode == 0, logged.stderr
    passed = project_copy.dbt(*GATE)
    assert passed.returncode == 0, passed.stdout
    assert "was edited and not logged" not in passed.stdout
