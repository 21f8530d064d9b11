"""Whether dbt's unit tests have passed with all that they depend on as it is now.

They are about the SQL, of which a day's leads change nothing, and take half of a
build's time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from smartcrm.files.atomic import write_text
from smartcrm.rules.decisions import target_folder

LEFT_OUT = ("--exclude-resource-type", "unit_test")
FOLDERS = ("macros", "models", "seeds")
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
# whoever chooses among the kinds of nodes may have left them out
CHOOSING = ("DBT_RESOURCE_TYPES", "DBT_EXCLUDE_RESOURCE_TYPES")


def state_of_project(values: Mapping[str, object]) -> str:
    """A digest of the project's files, the vars and the packages that run them."""
    files = [Path("dbt_project.yml")]
    for folder in FOLDERS:
        files += sorted(path for path in Path(folder).rglob("*.*") if path.is_file())
    digests = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    packages = {name: version(name) for name in PACKAGES}
    state = json.dumps([digests, packages, dict(values)])
    return hashlib.sha256(state.encode()).hexdigest()


def have_passed(state: str) -> bool:
    """Whether the last unit tests that passed did so with the project in this state."""
    return _record().exists() and _record().read_text("utf-8") == state


def remember(state: str) -> None:
    """Note that the unit tests of a build passed, unless it may have had none."""
    if not any(name in os.environ for name in CHOOSING):
        write_text(_record(), state)


def _record() -> Path:
    return target_folder() / "unit_tests_passed"
