"""Reads what `dbt docs generate` built: nodes, tests, and where columns come from."""

from __future__ import annotations

import json
from functools import cached_property

from smartcrm.faults import Fault

from sqlglot import exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from smartcrm.rules.decisions import target_folder
from smartcrm.warehouse import Row

# name of a dbt node, name of its column
Column = tuple[str, str]


def read_nodes() -> dict[str, Row]:
    """Nodes of dbt's manifest by name, those in its catalog with `types`, and `tests`.

    Raises:
        Fault: dbt has not written them, or the manifest is of an uncompiled project.
    """
    folder = target_folder()
    try:
        manifest, catalog = (
            json.loads((folder / name).read_text(encoding="utf-8"))["nodes"]
            for name in ("manifest.json", "catalog.json")
        )
        nodes: dict[str, Row] = {}
        for key, built in catalog.items():
            columns = built["columns"].items()
            types = {name: column["type"].lower() for name, column in columns}
            node = manifest[key] | {"types": types, "tests": {}}
            if node["resource_type"] == "model" and not node.get("compiled"):
                raise ValueError(f"{node['name']} is not compiled")
            nodes[node["name"]] = node
        for test in manifest.values():
            tested = manifest.get(test.get("attached_node"), {}).get("name")
            if tested in nodes and test.get("column_name"):
                tests = nodes[tested]["tests"].setdefault(test["column_name"], [])
                tests.append(
                    {**test["test_metadata"], "code": test.get("compiled_code")}
                )
    except (OSError, ValueError, LookupError) as error:
        raise Fault(f"{folder}: {error}; run `dbt docs generate` first") from None
    return nodes


def follow_joins(select: exp.Select) -> None:
    """Make what a joined relation gives depend on the condition it is joined by.

    A catalogue's outcome comes from its row, and the rule in `on` picks the row.
    """
    conditions: dict[str, exp.Expression] = {}

    def follow(expression: exp.Expression) -> None:
        for column in list(expression.find_all(exp.Column)):
            if column.table in conditions:
                condition = conditions[column.table].copy()
                column.replace(exp.case().when(condition, column.copy()))

    for join in select.args.get("joins") or []:
        if join.args.get("on"):
            condition = exp.paren(join.args["on"].copy())
            follow(condition)
            conditions[join.alias_or_name] = condition
    for projection in select.expressions:
        follow(projection)


class Lineage:
    """What the columns of dbt's nodes are made from, by their compiled SQL."""

    def __init__(self, nodes: dict[str, Row]) -> None:
        """Take the nodes that `read_nodes` gives."""
        self.nodes = nodes
        self.scopes: dict[str, Scope] = {}
        self.known: dict[Column, tuple[set[Column], bool]] = {}

    @cached_property
    def schema(self) -> Row:
        """Types of columns by database, schema and relation."""
        schema: Row = {}
        for node in self.nodes.values():
            relations = schema.setdefault(node["database"], {})
            relations.setdefault(node["schema"], {})[node["name"]] = node["types"]
        return schema

    def tree(self, model: str) -> exp.Expression:
        """The model's SQL, parsed."""
        return parse_one(self.nodes[model]["compiled_code"], dialect="duckdb")

    def formulas(self, model: str, column: str) -> list[exp.Expression]:
        """What the model computes the column by; none where it only passes it on."""
        if self.nodes[model]["resource_type"] != "model":
            return []
        named = self.tree(model).find_all(exp.Alias)
        made = [alias.this for alias in named if alias.alias == column]
        return [each for each in made if not isinstance(each, exp.Column)]

    def parents(self, model: str, column: str) -> tuple[set[Column], bool]:
        """The columns it is made from, and whether it is one of them as it was."""
        if self.nodes[model]["resource_type"] != "model":
            return set(), False
        if (model, column) not in self.known:
            if model not in self.scopes:
                settings: Row = {"schema": self.schema, "dialect": "duckdb"}
                tree = qualify(self.tree(model), identify=False, **settings)
                for select in list(tree.find_all(exp.Select)):
                    follow_joins(select)
                self.scopes[model] = build_scope(tree)
            scope = self.scopes[model]
            root = lineage(column, scope.expression, {}, scope=scope, dialect="duckdb")
            steps: list[Node] = list(root.walk())
            as_it_was = (exp.Column, exp.Table)
            self.known[model, column] = (
                {
                    (step.source.name, step.name.rpartition(".")[2].strip('"'))
                    for step in steps
                    if isinstance(step.source, exp.Table)
                },
                all(isinstance(step.expression.unalias(), as_it_was) for step in steps),
            )
        return self.known[model, column]

    def same_columns(self, model: str, column: str) -> list[Column]:
        """The column, then those it passes through from, back to where it is made.

        Of several ways there it is the longest.
        """
        parents, is_same = self.parents(model, column)
        ways = [self.same_columns(*each) for each in sorted(parents) if is_same]
        return [(model, column), *max(ways, key=len, default=[])]

    def ends(self, model: str, column: str, *, is_raw: bool) -> set[Column]:
        """The columns it goes back to: staged leads, the context and seeds, or raw."""
        found: set[Column] = set()
        for name, part in self.parents(model, column)[0]:
            staged = "staging" in self.nodes[name]["fqn"] or name == "decision_context"
            is_end = not self.parents(name, part)[0] or (staged and not is_raw)
            more = {(name, part)} if is_end else self.ends(name, part, is_raw=is_raw)
            found |= more
        return found
