"""dbt kept alive in this process, to read file after file as a build reads it.

What a CSV is, is found out while dbt compiles: the macros look at the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import UNWRITTEN, Project
from reference.reading import NEEDED
from smartcrm.warehouse import connect_in_memory

# the first select of a mapping, without the words that it translates
READ = "select {{{{ crm_columns('{0}') }}}} from {{{{ crm_export(none, '{0}') }}}}"
MAPPINGS = {
    "leads": "crm_canonical",
    "activities": "crm_canonical_activities",
    "stage_changes": "crm_canonical_stage_changes",
}


class FileReader:
    """Reads leads, activities or stage changes from what is written to a file."""

    def __init__(self, project: Project, folder: Path) -> None:
        from dbt.adapters.factory import get_adapter
        from dbt.artifacts.schemas.manifest import WritableManifest
        from dbt.cli.main import cli
        from dbt.contracts.graph.manifest import Manifest

        path = str(project.target / "manifest.json")
        parsed = WritableManifest.read_and_check_versions(path)
        self.manifest = Manifest.from_writable_manifest(parsed)
        self.files = {record: folder / f"{record}.csv" for record in MAPPINGS}
        self.database = connect_in_memory(threads=1)
        words = ["--log-level", "none", "list", "--select", "crm_canonical"]
        context = cli.make_context("dbt", words)
        context.obj = {"manifest": self.manifest, "callbacks": []}
        context.obj["dbt_runner_command_args"] = words
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(project.folder)
            for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
                patched.setenv(name, str(folder))
            for name, value in (UNWRITTEN | {"SMARTCRM_DB": ":memory:"}).items():
                patched.setenv(name, value)
            cli.invoke(context)
        self.config = context.obj["runtime_config"]
        # DuckDB may read what is there when it is opened
        self._write("leads", b"lead_id")
        for record, file in self.files.items():
            self.config.cli_vars[f"{record}_path"] = str(file)
        self.adapter = get_adapter(self.config)
        models = self.manifest.nodes
        self.counting = models["model.smartcrm.source_files"]
        self.mappings = {
            record: models[f"model.smartcrm.{name}"]
            for record, name in MAPPINGS.items()
        }
        # a file is checked before it is read
        for mapping in self.mappings.values():
            mapping.depends_on.add_node(self.counting.unique_id)
        self.manifest.build_flat_graph()

    def read(self, record: str, data: bytes) -> tuple[int, list[tuple[Any, ...]]]:
        """How many rows the file has, and the rows, told apart in two ways.

        Raises:
            CompilationError: the line that a build would stop with.
        """
        self._write(record, data)
        with self.adapter.connection_named("files"):
            counting = self._render(self.counting, self.counting.raw_code)
            reading = self._render(self.mappings[record], READ.format(record))
        ((count,),) = self.database.execute(
            f"select row_count from ({counting}) where input = ?", [record]
        ).fetchall()
        return count, self.database.execute(reading).fetchall()

    def _write(self, record: str, data: bytes) -> None:
        """Let one file be DATA, and the others without a row."""
        for name, file in self.files.items():
            header = ",".join(NEEDED[name]).encode()
            file.write_bytes(data if name == record else header)

    def _render(self, model: Any, sql: str) -> str:  # noqa: ANN401
        from dbt.clients.jinja import get_rendered
        from dbt.context.providers import generate_runtime_model_context

        context = generate_runtime_model_context(model, self.config, self.manifest)
        return get_rendered(sql, context, model)
