"""dbt kept alive in this process, to read file after file as a build reads it.

What a CSV is, is found out while dbt compiles: the macros look at the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import UNWRITTEN, Project
from smartcrm.warehouse import connect_in_memory

SETTING = "leads_path"
# the first select of the mapping, without the words that it translates
READ = "select {{ crm_columns() }} from {{ crm_export() }}"


class FileReader:
    """Reads leads from what is written to one file."""

    def __init__(self, project: Project, folder: Path) -> None:
        from dbt.adapters.factory import get_adapter
        from dbt.artifacts.schemas.manifest import WritableManifest
        from dbt.cli.main import cli
        from dbt.contracts.graph.manifest import Manifest

        path = str(project.target / "manifest.json")
        parsed = WritableManifest.read_and_check_versions(path)
        self.manifest = Manifest.from_writable_manifest(parsed)
        self.file = folder / "leads.csv"
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
        self.config.cli_vars[SETTING] = str(self.file)
        self.adapter = get_adapter(self.config)
        models = self.manifest.nodes
        self.counting = models["model.smartcrm.source_files"]
        self.reading = models["model.smartcrm.crm_canonical"]
        # a file is checked before it is read
        self.reading.depends_on.add_node(self.counting.unique_id)
        self.manifest.build_flat_graph()

    def read(self, data: bytes) -> tuple[int, list[tuple[Any, ...]]]:
        """How many rows the file has, and the rows, told apart in two ways.

        Raises:
            CompilationError: the line that a build would stop with.
        """
        self.file.write_bytes(data)
        with self.adapter.connection_named("files"):
            counting = self._render(self.counting, self.counting.raw_code)
            reading = self._render(self.reading, READ)
        ((count,),) = self.database.execute(
            f"select row_count from ({counting}) where file_name = ?", [str(self.file)]
        ).fetchall()
        return count, self.database.execute(reading).fetchall()

    def _render(self, model: Any, sql: str) -> str:  # noqa: ANN401
        from dbt.clients.jinja import get_rendered
        from dbt.context.providers import generate_runtime_model_context

        context = generate_runtime_model_context(model, self.config, self.manifest)
        return get_rendered(sql, context, model)
