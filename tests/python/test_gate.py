"""An edit of the rules that nobody logged."""

from __future__ import annotations

import json

from conftest import LEDGER, Project

GATE = (
    *("build", "--select", "+assert_every_edit_of_the_rules_is_logged"),
    *("--indirect-selection", "empty"),
)
# of each kind that holds rules
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
    "thresholds": (
        "seeds/thresholds.csv",
        "intent points,A lead with",
        "intent points,Any lead with",
    ),
}
TOLD = "was edited and not logged"


def log_all_rules(project: Project) -> None:
    """Log the rules as they are, by the checksums that dbt has of them."""
    manifest = json.loads((project.target / "manifest.json").read_text("utf-8"))
    with (project.folder / LEDGER).open("a", encoding="utf-8") as ledger:
        for number, node in enumerate(manifest["nodes"].values(), 101):
            if "rules" in node["config"]["tags"] and node["checksum"]["checksum"]:
                ledger.write(
                    f"{number},2026-09-15T00:00:00Z,Ann,logic,{node['name']},checksum,,"
                    f"{node['checksum']['checksum']},First version,\n"
                )


def test_an_edit_warns_fails_the_gate_and_passes_once_it_is_logged(
    built_project: Project,
) -> None:
    project = built_project
    log_all_rules(project)
    before = {name: project.folder / file for name, (file, *_) in EDITS.items()}
    texts = {name: path.read_text("utf-8") for name, path in before.items()}

    def edit() -> None:
        for name, (_, old, new) in EDITS.items():
            assert old in texts[name]
            before[name].write_text(texts[name].replace(old, new), "utf-8")

    edit()
    warned = project.dbt(*GATE)
    assert warned.returncode == 0, warned.stdout
    assert warned.stdout.count(TOLD) == len(EDITS)
    for name, (file, *_) in EDITS.items():
        assert f"{file} {TOLD}; run: " in warned.stdout
        assert f"log_logic_override.py logic {name}" in warned.stdout

    project.env["SMARTCRM_GATE"] = "error"
    failed = project.dbt(*GATE)
    assert failed.returncode == 1
    assert failed.stdout.count(TOLD) == len(EDITS)

    for name, text in texts.items():
        before[name].write_text(text, "utf-8")
    reverted = project.dbt(*GATE)
    assert reverted.returncode == 0, reverted.stdout
    assert TOLD not in reverted.stdout

    edit()
    for name in EDITS:
        logged = project.script(
            "log_logic_override", "logic", name, "--reason", "trying it", "--by", "Ann"
        )
        assert logged.returncode == 0, logged.stderr
    passed = project.dbt(*GATE)
    assert passed.returncode == 0, passed.stdout
    assert TOLD not in passed.stdout
