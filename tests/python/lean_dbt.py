"""Spares the tests half of dbt's own work: with a thousand leads its SQL takes less.

Each of these gives what dbt gives, sooner. `make test` builds with dbt as it is, too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import parsedatetime
import sqlparse
from dbt.adapters.base.impl import BaseAdapter, available
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.reference_keys import _make_ref_key
from dbt.clients.jinja import MacroGenerator
from dbt.compilation import Linker
from dbt.context.base import BaseContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.graph.selector import NodeSelector
from dbt.graph.selector_spec import SelectionSpec
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.exceptions import (
    CaughtMacroErrorWithNodeError,
    CompilationError,
    MacroReturn,
)
from jinja2.exceptions import TemplateRuntimeError
from sqlparse.sql import Statement, Token
from sqlparse.tokens import CTE, Text, Whitespace

Context = dict[str, Any]
BEFORE_WITH = re.compile(
    r"((?:\s|--[^\n]*\n|/\*.*?\*/)*)(with)(\s+)(?!recursive\b)",
    re.IGNORECASE | re.DOTALL,
)


def lean_dbt() -> None:
    """Change dbt in this process and in its forks."""
    # which each table of a result needs, and never changes
    parsedatetime.Constants = lru_cache(parsedatetime.Constants)
    # what only a file for those who work on dbt says
    Linker.get_graph_summary = lambda *_: {}
    compile_templates_once()
    find_with_at_once()
    select_nodes_once()
    make_no_unheard_events()
    gather_macros_at_once()
    call_macros_directly()
    trust_contracts()
    find_relations_by_name()
    keep_contexts_of_macros()
    read_ones_own_seeds()


def compile_templates_once() -> None:
    """Make Python of a template once; dbt does so each time that it is rendered."""
    compile_template = MacroFuzzEnvironment.compile
    known: dict[tuple[object, ...], object] = {}

    def compile_once(env: MacroFuzzEnvironment, *template: object) -> object:
        key = (type(env), *template)
        if key not in known:
            known[key] = compile_template(env, *template)
        return known[key]

    MacroFuzzEnvironment.compile = compile_once


def find_with_at_once() -> None:
    """See where ephemeral models go into SQL without reading all of its words."""
    read_all = sqlparse.parse

    def parse(sql: str) -> Sequence[Statement]:
        if not (head := BEFORE_WITH.match(sql)):
            return read_all(sql)
        comments, word, space = head.groups()
        return [
            Statement(
                [
                    Token(Whitespace, comments),
                    Token(CTE, word),
                    Token(Whitespace, space),
                    Token(Text, sql[head.end() :]),
                ]
            )
        ]

    sqlparse.parse = parse


def select_nodes_once() -> None:
    """Find out once what `--select` means; a build asks three times."""
    select = NodeSelector.select_nodes

    def select_once(
        selector: NodeSelector, spec: SelectionSpec, warn_on_no_nodes: bool = True
    ) -> tuple[set[str], set[str]]:
        known = vars(selector.full_graph).setdefault("selected", {})
        # that nothing is meant is said the first time, not the last
        if id(spec) not in known:
            known[id(spec)] = (spec, select(selector, spec, True))
        _, (direct, indirect) = known[id(spec)]
        return {*direct}, {*indirect}

    NodeSelector.select_nodes = select_once


def make_no_unheard_events() -> None:
    """Say nothing for debugging where no log is to have it; callbacks wait for none."""
    make, fire = BaseEvent.__init__, EventManager.fire_event

    def make_if_heard(event: BaseEvent, *values: object, **named: object) -> None:
        manager = get_event_manager()
        levels = [logger.level for logger in manager.loggers]
        if EventLevel.DEBUG in levels or not isinstance(event, DebugLevel):
            make(event, *values, **named)

    def fire_if_made(
        manager: EventManager, e: BaseEvent, *values: object, **named: object
    ) -> None:
        if "pb_msg" in vars(e):
            fire(manager, e, *values, **named)

    BaseEvent.__init__ = make_if_heard
    EventManager.fire_event = fire_if_made


def gather_macros_at_once() -> None:
    """Give each node the macros of all packages by packages, not one by one."""

    def build_namespace(
        builder: MacroNamespaceBuilder, macros: Mapping[str, Context], context: Context
    ) -> MacroNamespace:
        packages = {
            package: {
                name: MacroGenerator(macro, context, builder.node, builder.thread_ctx)
                for name, macro in known.items()
            }
            for package, known in macros.items()
        }
        internal: Context = {}
        for package in reversed(builder.internal_package_names_order):
            internal |= packages.pop(package, {})
        here, root = builder.search_package, builder.root_package
        return MacroNamespace(
            global_namespace={} if here == root else packages.get(root, {}),
            local_namespace=packages.get(here, {}),
            global_project_namespace=internal,
            packages=packages,
        )

    def to_dict(context: ManifestContext) -> Context:
        if not isinstance(context.namespace, MacroNamespace):
            return list_macros(context)
        known = BaseContext.to_dict(context)
        for macros in reversed([*context.namespace._search_order()]):
            known.update(macros)
        return known

    list_macros, ManifestContext.to_dict = ManifestContext.to_dict, to_dict
    MacroNamespaceBuilder.build_namespace = build_namespace


def call_macros_directly() -> None:
    """Take a macro out of its template once for each node, not at each call."""

    def call(generator: MacroGenerator, *args: object, **named: object) -> object:
        known, unique_id = vars(generator), generator.macro.unique_id
        if "made" not in known:
            known["made"] = generator.get_macro()
        stack, node = generator.stack, generator.node
        if stack:
            if node and not stack.depth:
                node.depends_on.add_macro(unique_id)
            stack.push(unique_id)
        try:
            return known["made"](*args, **named)
        except MacroReturn as returned:
            return returned.value
        except (TypeError, TemplateRuntimeError) as error:
            raise CaughtMacroErrorWithNodeError(error, generator.macro) from error
        except CompilationError as error:
            error.stack.append(generator.macro)
            raise
        finally:
            if stack:
                stack.pop(unique_id)

    MacroGenerator.__call__ = call


def trust_contracts() -> None:
    """Leave comparing columns with contracts to `make test`'s build of the sample.

    Where settings add columns, they are compared.
    """
    get_macro = MacroGenerator.get_macro

    def get_if_needed(generator: MacroGenerator) -> Callable[..., object]:
        is_contract = generator.macro.name == "default__get_assert_columns_equivalent"
        if is_contract and not generator.context["var"]("extra_columns"):
            return lambda _: ""
        return get_macro(generator)

    MacroGenerator.get_macro = get_if_needed


def find_relations_by_name() -> None:
    """Look a relation up in what is known of a schema, instead of comparing each."""

    @available.parse_none
    def get_relation(
        adapter: BaseAdapter, database: str, schema: str, identifier: str
    ) -> BaseRelation | None:
        if not adapter._schema_is_cached(database, schema):
            adapter.list_relations(database, schema)
        name = adapter.Relation.create(database, schema, identifier)
        found = adapter.cache.relations.get(_make_ref_key(name))
        return found and found.inner

    BaseAdapter.get_relation = get_relation


def keep_contexts_of_macros() -> None:
    """Give a macro that dbt calls itself, to rename or drop, its context of before."""

    def set_generator(adapter: BaseAdapter, generate: Callable[..., Context]) -> None:
        known = threading.local()

        def generate_once(macro: Any, *others: object) -> Context:  # noqa: ANN401
            contexts = vars(known)
            if macro.unique_id not in contexts:
                contexts[macro.unique_id] = generate(macro, *others)
            return contexts[macro.unique_id]

        adapter._macro_context_generator = generate_once

    BaseAdapter.set_macro_context_generator = set_generator


def read_ones_own_seeds() -> None:
    """Read the seeds of a copy of the project, not of the folder that was parsed."""

    @available
    def get_seed_file_path(adapter: DuckDBAdapter, model: Context) -> str:
        is_ones_own = model["package_name"] == adapter.config.project_name
        folder = "." if is_ones_own else model["root_path"]
        return f"{folder}/{model['original_file_path']}"

    DuckDBAdapter.get_seed_file_path = get_seed_file_path


def run_in_one_thread() -> None:
    """Let DuckDB start no threads for a thousand leads, where none are asked for."""
    connect = duckdb.connect

    def connect_once(
        database: str | Path = ":memory:",
        read_only: bool = False,
        config: Mapping[str, object] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        return connect(database, read_only, {"threads": 1, **(config or {})})

    duckdb.connect = connect_once
