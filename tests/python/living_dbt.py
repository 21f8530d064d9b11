"""dbt kept alive in this process, to compile a model or read a file as a build does.

What a CSV is, and whether a setting can be meant, is found out while dbt compiles.
"""

from __future__ import annotations

import warnings
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


class LivingDbt:
    """Compiles models of the project, in a database where nothing is built yet."""

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
        # what a log would have of the last model
        self.logged: list[str] = []
        words = ["--log-level", "none", "list", "--select", "crm_canonical"]
        context = cli.make_context("dbt", words)
        log = [lambda event: self.logged.append(event.info.msg)]
        context.obj = {"manifest": self.manifest, "callbacks": log}
        context.obj["dbt_runner_command_args"] = words
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(project.folder)
            for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
                patched.setenv(name, str(folder))
            database = str(folder / project.database.name)
            for name, value in (UNWRITTEN | {"SMARTCRM_DB": database}).items():
                patched.setenv(name, value)
            cli.invoke(context)
        self.config = context.obj["runtime_config"]
        self.adapter = get_adapter(self.config)
        self.manifest.build_flat_graph()
        # which models read which is up to settings, too, and was parsed without
        for node in self.manifest.nodes.values():
            if node.resource_type == "model":
                node.depends_on.nodes = [*self.manifest.nodes]
        # DuckDB may read what is named when it is opened: the folder of all tests
        self.config.cli_vars["leads_path"] = f"{folder.parent}/*"
        with self.adapter.connection_named("living"):
            self.adapter.execute("select 1")

    def refusal(self, *models: str, **settings: Any) -> str:  # noqa: ANN401
        """The one line that stops a build at one of the models."""
        from dbt_common.exceptions import CompilationError

        with pytest.raises(CompilationError) as stopped:
            self._render(settings, dict.fromkeys(models))
        assert "\n" not in stopped.value.msg
        return stopped.value.msg

    def read(self, record: str, data: bytes) -> tuple[int, list[tuple[Any, ...]]]:
        """How many rows a CSV file has, and the rows, told apart in two ways.

        Raises:
            CompilationError: the line that a build would stop with.
        """
        # the others are without a row
        for name, file in self.files.items():
            header = ",".join(NEEDED[name]).encode()
            file.write_bytes(data if name == record else header)
        counting, reading = self._render(
            {f"{name}_path": str(file) for name, file in self.files.items()},
            {"source_files": None, MAPPINGS[record]: READ.format(record)},
        )
        ((count,),) = self.database.execute(
            f"select row_count from ({counting}) where input = ?", [record]
        ).fetchall()
        return count, self.database.execute(reading).fetchall()

    def _render(
        self, settings: dict[str, Any], models: dict[str, str | None]
    ) -> list[str]:
        """The SQL of models, or of what is given in their place."""
        from dbt.clients.jinja import get_rendered
        from dbt.context.providers import generate_runtime_model_context

        self.logged.clear()
        self.config.cli_vars.clear()
        self.config.cli_vars.update(settings)
        rendered = []
        # patterns in macros, which Python reads as Jinja has them
        with warnings.catch_warnings(), self.adapter.connection_named("living"):
            warnings.filterwarnings("ignore", "invalid escape sequence")
            for name, sql in models.items():
                model = self.manifest.nodes[f"model.smartcrm.{name}"]
                context = generate_runtime_model_context(
                    model, self.config, self.manifest
                )
                rendered.append(get_rendered(sql or model.raw_code, context, model))
        return rendered
