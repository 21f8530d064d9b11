"""What is known against a locked package is said, and what can't be known, too."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from smartcrm.faults import Fault

import pytest

import audit_packages

SOUND = {"name": "rich", "version": "15.0.0", "vulns": []}
HURT = {
    "name": "jinja2",
    "version": "3.1.6",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["3.1.7", "4.0"]},
        {"id": "PYSEC-2", "fix_versions": []},
    ],
}
UNTOLD = {"name": "pip", "skip_reason": "not found"}
UNREACHED = "requests.exceptions.ConnectionError: Name or service not known"


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401
    """Runs the command with what pip-audit answers."""

    def run(*packages: dict[str, Any], errors: str = "") -> int:
        output = json.dumps({"dependencies": packages}) if packages else ""
        answer = subprocess.CompletedProcess([], 1, output, errors)
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
        return audit_packages.main([])

    return run


def test_a_known_vulnerability_fails(audit: Any, capsys: Any) -> None:  # noqa: ANN401
    assert audit(SOUND, HURT, UNTOLD) == 1
    assert capsys.readouterr().out.splitlines() == [
        "jinja2 3.1.6: PYSEC-1, fixed in 3.1.7 or 4.0",
        "jinja2 3.1.6: PYSEC-2, no fix yet",
        "2 packages checked, 2 known vulnerabilities; of 1 more there are no "
        "advisories to read",
    ]


def test_none_known_is_said(audit: Any, capsys: Any) -> None:  # noqa: ANN401
    assert audit(SOUND) == 0
    assert capsys.readouterr().out == "1 packages checked, 0 known vulnerabilities\n"


def test_what_was_not_checked_does_not_pass_for_sound(
    audit: Any,  # noqa: ANN401
    capsys: Any,  # noqa: ANN401
) -> None:
    assert audit(errors=f"Traceback\n{UNREACHED}") == 0
    # a mirror of packages that has no advisories
    assert audit(UNTOLD) == 0
    assert set(capsys.readouterr().out.splitlines()) == {audit_packages.NOTHING_CHECKED}


def test_an_audit_that_did_not_run_is_a_fault(audit: Any, capsys: Any) -> None:  # noqa: ANN401
    assert audit(errors="usage: pip-audit\nerror: no such lock") == 2
    assert capsys.readouterr().err == ("pip-audit did not run: error: no such lock\n")
    with pytest.raises(Fault, match="it said nothing"):
        audit_packages.read_audit("", "")
