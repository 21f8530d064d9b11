"""dbt-duckdb plugin: what is checked before dbt opens the database.

Without it a missing folder or a file that another process holds is a traceback, and a
mistyped var is ignored.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from smartcrm.faults import Fault

import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.flags import get_flags

from smartcrm.files import draft
from smartcrm.seeds import check_seeds
from smartcrm.warehouse import LEAST_POWER, connect

PROJECT = "dbt_project.yml"
BUILDS = ("build", "run", "seed", "snapshot", "retry")


def check_vars(folder: Path) -> None:
    """Refuse a var that the project does not have.

    Raises:
        Fault: the first such var, and the one that may have been meant.
    """
    project = yaml.safe_load((folder / PROJECT).read_text(encoding="utf-8"))
    known = project.get("vars") or {}
    for name in getattr(get_flags(), "VARS", None) or {}:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = near[0] if near else ", ".join(known)
            raise Fault(f"there is no var '{name}' in {PROJECT}; did you mean {meant}?")


def is_build() -> bool:
    """Whether dbt writes what others read: of a candidate for the rules nobody does."""
    flags = get_flags()
    return getattr(flags, "WHICH", None) in BUILDS and flags.TARGET != "what_if"


class Plugin(BasePlugin):
    """Checked once a connection is opened; named in profiles.yml."""

    def update_connection_config(
        self, creds: DuckDBCredentials, config: dict[str, Any]
    ) -> None:
        """Check vars and seeds, make the database's folder, try the file.

        The engine has least power, but for what the profile says under config_options.

        Raises:
            Fault: one line that dbt prints as it is.
        """
        folder = Path(getattr(get_flags(), "PROJECT_DIR", None) or ".")
        check_vars(folder)
        check_seeds(folder)
        config.update(LEAST_POWER | config)
        if creds.path == ":memory:" or ":" in creds.path[2:]:
            return
        if not re.fullmatch(r"[\w. -]+", Path(creds.path).name):
            raise Fault(
                f"{creds.path}: a database's name stands in SQL; set SMARTCRM_DB to a "
                "name of letters, digits, spaces and _ - ."
            )
        beside = Path(creds.path).parent
        try:
            beside.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Fault(
                f"{beside} can't be made ({error.strerror}); set SMARTCRM_DB to a file "
                "in a folder you can write"
            ) from None
        self.database = draft.published_of(Path(creds.path))
        # dbt may open what it writes once more in the same run
        if is_build() and self.database == Path(creds.path):
            creds.path = str(draft.begin(self.database))
        elif is_build():
            return
        else:
            connect(self.database, read_only=False).close()

    def store(self, target_config: TargetConfig) -> None:
        """Publish the draft, which publish_build.sql says is whole.

        Raises:
            Fault: the disk is full, for one; the last good build stays where it is.
        """
        try:
            draft.publish(self.database)
        except OSError as error:
            raise Fault(
                f"{self.database} can't be written ({error.strerror}); it is as the "
                "last good build left it"
            ) from None
