"""Runs of dbt that go to a folder of their own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from smartcrm.benchmark.measure import Cost, run
from smartcrm.benchmark.plain_project import write_plain_project

DBT = Path(sys.executable).with_name("dbt")
UNTESTED = ("--exclude-resource-type", "test", "unit_test")


class DbtProject:
    """A project folder whose builds go to a scratch folder, with the same vars."""

    def __init__(
        self, folder: Path, scratch: Path, values: Mapping[str, Path] | None = None
    ) -> None:
        """Take the folder as it is; the scratch folder is made."""
        self.folder = folder
        self.vars = ("--vars", json.dumps(values, default=str)) if values else ()
        self.scratch = scratch
        self.database = scratch / "smartcrm.duckdb"
        self.env = {
            **os.environ,
            "SMARTCRM_DB": str(self.database),
            "DBT_TARGET_PATH": str(scratch / "target"),
            "DBT_LOG_PATH": str(scratch / "logs"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        scratch.mkdir(parents=True, exist_ok=True)

    def dbt(self, *words: str) -> Cost:
        """What a dbt command costs."""
        return run([DBT, "--quiet", *words, *self.vars], self.folder, self.env)

    def from_nothing(self, *words: str, seeds: bool = False) -> Cost:
        """What a dbt command costs with no database there, or with the seeds alone."""
        self.database.unlink(missing_ok=True)
        if seeds:
            self.dbt("seed")
        return self.dbt(*words)

    def manifest(self) -> dict:
        """What dbt knows of the project."""
        return json.loads((self.scratch / "target/manifest.json").read_text())

    def nodes_run(self) -> set[str]:
        """The nodes of the last command."""
        results = json.loads((self.scratch / "target/run_results.json").read_text())
        return {result["unique_id"] for result in results["results"]}

    def as_many_plain(self, scratch: Path, nodes: Iterable[str]) -> DbtProject:
        """A project with as many nodes of each kind, each of which selects 1."""
        manifest, chosen = self.manifest(), set(nodes)
        kept = {
            kind: {
                name: node for name, node in manifest[kind].items() if name in chosen
            }
            for kind in ("nodes", "unit_tests")
        }
        write_plain_project(scratch, kept)
        return DbtProject(scratch, scratch)
