"""A command of a Python that lacks the packages says in a line how to run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

SCRIPTS = sorted(path.name for path in (ROOT / "scripts").glob("*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("is_made", [True, False])
def test_a_command_says_how_to_run_it(tmp_path: Path, name: str, is_made: bool) -> None:
    if is_made:
        (tmp_path / ".venv/bin").mkdir(parents=True)
        (tmp_path / ".venv/bin/python").touch()
    script = str(ROOT / "scripts" / name)
    # -S: none of what is installed
    done = subprocess.run(
        [sys.executable, "-S", script, "a word"],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    steps = "run" if is_made else "run `make` once, then"
    assert done.stderr == (
        f"{sys.executable} lacks what SmartCRM needs; {steps}: "
        f".venv/bin/python {script} 'a word'\n"
    )
