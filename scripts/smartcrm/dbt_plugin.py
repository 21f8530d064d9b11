"""dbt-duckdb plugin: checks all before dbt opens the database, and confines the engine.

Without it a missing folder or a file that another process holds is a traceback, a
mistyped var is ignored, and a query can read and write whatever file the user can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from smartcrm.faults import Fault

import duckdb
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.clients.jinja import get_rendered
from dbt.context.base import BaseContext
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from smartcrm.files import draft
from smartcrm.seeds import check_seeds
from smartcrm.warehouse import LEAST_POWER, confine, connect, text_literal

PROJECT = "dbt_project.yml"
BUILDS = ("build", "run", "seed", "snapshot", "retry")
INPUTS = ("leads_path", "activities_path", "stage_changes_path", "call_notes_path")
URI = re.compile("file:", re.IGNORECASE)
OPEN = "enable_external_access"
Paths = list[Path]


def read_vars(folder: Path) -> dict[str, Any]:
    """The vars of the project, with the values that the command line gives.

    Raises:
        Fault: the first var that there is not, and the one that may have been meant.
    """
    project = yaml.safe_load((folder / PROJECT).read_text(encoding="utf-8"))
    known = project.get("vars") or {}
    given = getattr(get_flags(), "VARS", None) or {}
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = near[0] if near else ", ".join(known)
            raise Fault(f"there is no var '{name}' in {PROJECT}; did you mean {meant}?")
    return known | given


def find_inputs(folder: Path, values: Mapping[str, Any]) -> tuple[Paths, Paths]:
    """The files that dbt is to read: seeds and those of vars; and folders of globs."""
    folders: Paths = []
    seeds = ("seeds/**/*.csv", "dbt_packages/*/seeds/**/*.csv")
    files = [file for pattern in seeds for file in folder.glob(pattern)]
    for name in INPUTS:
        try:
            text = str(values.get(name) or "")
            value = str(get_rendered(text, BaseContext({}).to_dict()))
        except DbtRuntimeError:  # a ref or a source, which is not a file
            continue
        path = unquote(urlsplit(value).path) if URI.match(value) else value
        fixed = re.match(r"[^*?\[]*", path)[0]
        if fixed != path:
            folders.append(Path(f"{fixed}_").parent)
        elif path:
            files.append(Path(path))
    return files, folders


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
        values = read_vars(folder)
        check_seeds(folder)
        config.update(LEAST_POWER | config)
        self.is_open = values.get("allow_remote_paths") is True or config.get(
            OPEN, False
        )
        self.inputs = find_inputs(folder, values)
        if creds.path == ":memory:" or ":" in creds.path[2:]:
            return
        # wherever dbt is run, one project has one database
        if folder.resolve() != Path.cwd():
            creds.path = str(folder / creds.path)
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

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Set for all cursors what dbt would set for each: once locked, none can be."""
        self.is_confined = self.is_open
        if not self.is_open and self.creds.settings:
            for name, value in self.creds.settings.items():
                conn.execute(f"set global {name} = {text_literal(str(value))}")
            self.creds.settings = None

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Let the first cursor, and so all, reach the inputs and nothing else."""
        if not self.is_confined:
            confine(cursor, *self.inputs)
            self.is_confined = True

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
