"""dbt kept alive in this process, to compile, read a file or build as a build does.

What a CSV is, and whether a setting can be meant, is found out while dbt compiles.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from conftest import UNWRITTEN, Project
from reference.reading import NEEDED

if TYPE_CHECKING:
    from dbt.contracts.graph.nodes import CompiledNode
    from dbt_common.events.base_types import EventMsg

# the first select of a mapping, without the words that it translates
READ = "select {{{{ crm_columns('{0}') }}}} from {{{{ crm_export(none, '{0}') }}}}"
MAPPINGS = {
    "leads": "crm_canonical",
    "activities": "crm_canonical_activities",
    "stage_changes": "crm_canonical_stage_changes",
}


class Log(list[str]):
    """Takes all that dbt says, as its log for debugging does."""

    level = "debug"

    def filter(self, _: EventMsg) -> bool:
        return True

    def write_line(self, event: EventMsg) -> None:
        self.append(event.info.msg)


class LivingDbt:
    """Compiles and builds models of the project, in a database that has its seeds.

    What is built is what dbt compiles: tables, without contracts, hooks and tests.
    """

    def __init__(self, project: Project, folder: Path) -> None:
        from dbt.adapters.factory import get_adapter
        from dbt.artifacts.schemas.manifest import WritableManifest
        from dbt.cli.main import cli
        from dbt.compilation import Compiler
        from dbt.contracts.graph.manifest import Manifest

        from lean_dbt import lean_dbt

        lean_dbt()
        path = str(project.target / "manifest.json")
        parsed = WritableManifest.read_and_check_versions(path)
        self.manifest = Manifest.from_writable_manifest(parsed)
        self.files = {record: folder / f"{record}.csv" for record in MAPPINGS}
        database = folder / project.database.name
        with duckdb.connect(str(database)) as made:
            made.execute(f"attach '{project.database}' as sample (read_only)")
            for node in self.manifest.nodes.values():
                if node.resource_type == "seed":
                    made.execute(f"create table {node.name} as from sample.{node.name}")
        # the names of what is built
        self.built: set[str] = set()
        # what a log would have of what was refused last
        self.logged = Log()
        words = ["--log-level", "none", "list", "--select", "crm_canonical"]
        context = cli.make_context("dbt", words)
        context.obj = {"manifest": self.manifest}
        context.obj["dbt_runner_command_args"] = words
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(project.folder)
            for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
                patched.setenv(name, str(folder))
            for name, value in (UNWRITTEN | {"SMARTCRM_DB": str(database)}).items():
                patched.setenv(name, value)
            cli.invoke(context)
        self.config = context.obj["runtime_config"]
        self.compiler = Compiler(self.config)
        self.adapter = get_adapter(self.config)
        self.manifest.build_flat_graph()
        # which models read which is up to settings, too, and was parsed without
        for node in self.manifest.nodes.values():
            if node.resource_type in ("model", "test"):
                node.depends_on.nodes = [*self.manifest.nodes]
        # DuckDB may read what is named when it is opened: the folder of all tests
        self.config.cli_vars["leads_path"] = f"{folder.parent}/*"
        self.config.credentials.config_options = {"threads": 1}
        # what is built before a failure is there, to be dropped
        self.adapter.connections.disable_transactions = True
        self.adapter.acquire_connection("living")
        self.adapter.execute("select 1")

    def build(self, *names: str, **settings: Any) -> None:  # noqa: ANN401
        """Build models with all that they read, and nothing besides.

        What a data test selects is built as a model is: the rows that fail it.
        """
        with self._set(settings), self._building_what_is_read():
            for node in [*self.manifest.nodes.values()]:
                if node.name in names:
                    self._build(node)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query, as `Project.rows` gives them of a build."""
        handle = self.adapter.connections.get_thread_connection().handle
        return handle.cursor().execute(query).fetchall()

    def refusal(self, *models: str, **settings: Any) -> str:  # noqa: ANN401
        """The one line that stops a build at one of the models."""
        from dbt_common.events.event_manager_client import get_event_manager
        from dbt_common.exceptions import CompilationError

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(get_event_manager(), "loggers", [self.logged])
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
        ((count,),) = self.rows(
            f"select row_count from ({counting}) where input = '{record}'"
        )
        return count, self.rows(reading)

    def _render(
        self, settings: dict[str, Any], models: dict[str, str | None]
    ) -> list[str]:
        """The SQL of models, or of what is given in their place."""
        from dbt.clients.jinja import get_rendered
        from dbt.context.providers import generate_runtime_model_context

        rendered = []
        with self._set(settings):
            for name, sql in models.items():
                model = self.manifest.nodes[f"model.smartcrm.{name}"]
                context = generate_runtime_model_context(
                    model, self.config, self.manifest
                )
                rendered.append(get_rendered(sql or model.raw_code, context, model))
        return rendered

    @contextmanager
    def _set(self, settings: dict[str, Any]) -> Iterator[None]:
        """Have macros see the settings, and nothing of what was built before."""
        for name in self.built:
            self._change(f"drop table {name}")
        self.built.clear()
        for node in self.manifest.nodes.values():
            if node.resource_type in ("model", "test"):
                node.compiled = node.extra_ctes_injected = False
                node.extra_ctes = []
        self.logged.clear()
        self.config.cli_vars.clear()
        self.config.cli_vars.update(settings)
        # patterns in macros, which Python reads as Jinja has them
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "invalid escape sequence")
            yield

    @contextmanager
    def _building_what_is_read(self) -> Iterator[None]:
        """Have each ref build its model: which there are, depends on settings."""
        from dbt.context.providers import RuntimeRefResolver

        name_relation = RuntimeRefResolver.create_relation

        def build_and_name(resolver: RuntimeRefResolver, node: CompiledNode) -> object:
            if node.resource_type == "model" and not node.is_ephemeral_model:
                self._build(node)
            return name_relation(resolver, node)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(RuntimeRefResolver, "create_relation", build_and_name)
            yield

    def _build(self, node: CompiledNode) -> None:
        if node.name not in self.built:
            sql = self.compiler.compile_node(node, self.manifest, write=False)
            self._change(f"create table {node.name} as {sql.compiled_code}")
            self.built.add(node.name)

    def _change(self, statement: str) -> None:
        """Change the database, and have macros see which tables there are."""
        self.adapter.execute(statement)
        self.adapter.cache.clear()
