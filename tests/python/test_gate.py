"""An edit of the rules that nobody logged."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from rich.console import Console

from conftest import LEDGER, ROOT, Project
from smartcrm.dbt_build import Report

GATE = (
    *("build", "--indirect-selection", "empty", "--select", "logic_overrides"),
    *("stg_logic_overrides", "assert_every_edit_of_the_rules_is_logged"),
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


def checksums(project: Project) -> dict[str, str]:
    """What dbt has of each file of rules, by its name."""
    manifest = json.loads((project.target / "manifest.json").read_text("utf-8"))
    return {
        node["name"]: node["checksum"]["checksum"]
        for node in manifest["nodes"].values()
        if "rules" in node["config"]["tags"] and node["checksum"]["checksum"]
    }


def write_entries(project: Project, entries: Iterable[tuple[str, str]]) -> None:
    """Append to the ledger what was edited, with checksums, in the order of time."""
    with (project.folder / LEDGER).open("a", encoding="utf-8") as ledger:
        for number, (files, checksum) in enumerate(entries, 101):
            at = f"2026-09-15T00:00:00.{number}Z"
            words = f"Ann,logic,{files},checksum,,{checksum},First version"
            ledger.write(f"{number},{at},{words},\n")


def edit(project: Project, *names: str) -> dict[Path, str]:
    """Edit rules; what was in their files."""
    before = {}
    for file, old, new in (EDITS[name] for name in names):
        path = project.folder / file
        before[path] = path.read_text("utf-8")
        assert old in before[path]
        path.write_text(before[path].replace(old, new), "utf-8")
    return before


def told(project: Project, gate: str = "error") -> list[str]:
    """The edits that the gate is told of; as an error it fails where there are any."""
    project.env["SMARTCRM_GATE"] = gate
    ran = project.dbt(*GATE)
    says = f"{TOLD}; run: .venv/bin/python scripts/log_logic_override.py logic --reason"
    found = [
        name for name, (file, *_) in EDITS.items() if f"{file} {says}" in ran.stdout
    ]
    assert ran.stdout.count(TOLD) == len(found)
    assert ran.returncode == bool(found and gate == "error"), ran.stdout
    return found


def test_an_edit_warns_fails_the_gate_and_passes_once_it_is_logged(
    built_project: Project,
) -> None:
    project = built_project
    # a file to an entry, each with the whole checksum, as old entries are
    write_entries(project, checksums(project).items())
    before = edit(project, *EDITS)
    assert told(project, "warn") == [*EDITS]
    assert told(project) == [*EDITS]
    for path, text in before.items():
        path.write_text(text, "utf-8")
    assert told(project) == []

    # edited together, logged as one
    edit(project, *EDITS)
    ledger = project.folder / LEDGER
    count = len(ledger.read_text("utf-8").splitlines())
    why = ("--reason", "trying it", "--by", "Ann")
    logged = project.script("log_logic_override", "logic", *why)
    assert logged.returncode == 0, logged.stderr
    *older, entry = csv.DictReader(ledger.read_text("utf-8").splitlines())
    assert len(older) == count - 1
    assert sorted(entry["target"].split("+")) == sorted(EDITS)
    assert told(project) == []


def test_of_files_logged_as_one_each_has_its_newest_entry(
    built_project: Project,
) -> None:
    project = built_project
    rules = checksums(project)
    pair = ("thresholds", "leads_with_stages")
    write_entries(
        project,
        [
            *((name, rules[name] if name not in pair else "0" * 64) for name in rules),
            # in another order than dbt's, and with first digits
            ("+".join(pair), "+".join(rules[name][:12] for name in pair)),
        ],
    )
    assert told(project) == []
    with (project.folder / LEDGER).open("a", encoding="utf-8") as ledger:
        ledger.write(
            "900,2026-09-16T00:00:00Z,Ann,logic,leads_with_stages,checksum,,"
            "000000000000,It was otherwise for a day,\n"
        )
    edit(project, "decision_rules")
    # the other of the pair is as it was logged
    assert told(project) == ["leads_with_stages", "decision_rules"]
    named = (
        "list_has_any(string_split(target, '+'), ['thresholds', 'leads_with_stages'])"
    )
    assert set(
        project.drafted(
            f"select target, is_in_force from stg_logic_overrides where {named}"
        )
    ) == {
        ("thresholds", False),
        ("leads_with_stages", False),
        ("thresholds+leads_with_stages", True),
        ("leads_with_stages", True),
    }


def test_a_build_says_an_edit_once() -> None:
    report = Report(Console())
    edit = f"models/x.sql {TOLD}; run: …"
    report.problems = [
        ("Warning", edit),
        ("Warning", f"{GATE[-1]} (tests/singular/{GATE[-1]}.sql): 1 row"),
        ("Warning", "assert_rows_in_are_rows_out (tests/singular/…): 1 row"),
    ]
    results = [
        SimpleNamespace(
            status="warn",
            node=SimpleNamespace(
                name=name,
                raw_code=(ROOT / f"tests/singular/{name}.sql").read_text("utf-8"),
            ),
        )
        for name in (GATE[-1], "assert_rows_in_are_rows_out")
    ]
    report.name_rows(results, {})
    assert report.problems[0] == ("Warning", edit)
    assert [said.split()[0] for _, said in report.problems[1:]] == [
        "assert_rows_in_are_rows_out"
    ]
