"""Tries mutants against dbt's tests, as `dbt build` would run them, without dbt.

What dbt compiled is run again with a mutant's SQL in place of its model's: first the
model's unit tests; then, on the sample that was built, the models that come out
different and the data tests of all that do.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from smartcrm.faults import Fault

import duckdb
from sqlglot import exp, parse_one

from smartcrm.mutation.mutants import Mutant, mutants_of
from smartcrm.rules.decisions import DIALECT, read_built, read_compiled
from smartcrm.warehouse import connect, connect_in_memory

Node = dict[str, Any]
Rows = Counter[tuple[object, ...]]

# dbt's names of the given rows, and of what the two sides of a unit test come to
FIXTURE = "__dbt__cte__"
ACTUAL = "dbt_internal_unit_test_actual"
EXPECTED = "dbt_internal_unit_test_expected"
MEMORY = "2GB"  # a mutant may join every row with every other


class UnitTest(NamedTuple):
    """A unit test: the model's SQL over its fixtures, and the rows it should have."""

    name: str
    sql: str
    columns: str
    expected: Rows


class Verdict(NamedTuple):
    """A mutant, and the test that killed it, of which kind; None if it survived."""

    mutant: Mutant
    kind: str | None  # unit or data
    test: str | None


class Build:
    """A finished `dbt build` in its target folder, and the database it wrote."""

    def __init__(self, target: Path, database: Path) -> None:
        """Read the manifest.

        Raises:
            Fault: there is none.
        """
        path = target / "manifest.json"
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise Fault(f"{path} can't be read; run `dbt build` first") from None
        self.target = target
        self.database = database
        self.project: str = manifest["metadata"]["project_name"]
        self.nodes: dict[str, Node] = manifest["nodes"]
        self.children: dict[str, list[str]] = manifest["child_map"]
        self.unit_tests: list[Node] = [*manifest["unit_tests"].values()]
        self.models = {
            node["name"]: node
            for node in self.nodes.values()
            if node["resource_type"] == "model"
        }

    def models_in(self, folders: tuple[str, ...]) -> list[str]:
        """Names of the models in some folders of models/, in the order of files."""
        paths = {node["path"]: name for name, node in self.models.items()}
        return [paths[path] for path in sorted(paths) if Path(path).parts[0] in folders]

    def compiled(self, node: Node) -> str:
        """The SQL of a model or data test."""
        return read_compiled(node, self.target)

    def unit_tests_of(self, model: str) -> Iterator[tuple[str, str]]:
        """Name and SQL of each unit test of a model, as dbt ran it.

        Raises:
            Fault: dbt has not run one of them.
        """
        for test in self.unit_tests:
            if test["model"] == model:
                file = Path(test["original_file_path"])
                folder = self.target / "run" / self.project / file / file.parent
                yield test["name"], read_built(folder / f"{test['name']}.sql")

    def in_order(self, model: str) -> list[str]:
        """A model and those that read it, at first hand or not, each after its parents.

        What reads it through a snapshot is not among them: that holds earlier builds.
        """
        names: list[str] = []

        def visit(name: str) -> None:
            for child in self.children[self.models[name]["unique_id"]]:
                node = self.nodes.get(child)
                is_model = node and node["resource_type"] == "model"
                if is_model and node["name"] not in names:
                    visit(node["name"])
            names.append(name)

        visit(model)
        return names[::-1]

    def data_tests_after(self, model: str) -> dict[str, list[Node]]:
        """The data tests that read what `in_order` has, by the last model they read.

        Without those that only warn, and those that read a snapshot.
        """
        place = {
            self.models[name]["unique_id"]: number
            for number, name in enumerate(self.in_order(model))
        }
        tests: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node["resource_type"] != "test":
                continue
            read = {*node["depends_on"]["nodes"]}
            if (
                node["config"]["severity"].upper() == "ERROR"
                and not any(name.startswith("snapshot.") for name in read)
                and read & place.keys()
            ):
                last = max(read & place.keys(), key=place.__getitem__)
                tests.setdefault(self.nodes[last]["name"], []).append(node)
        return tests


def store_views(database: Path) -> None:
    """Make tables of a database's views: mutants would plan them thousands of times."""
    with connect(database, read_only=False) as connection:
        views = "select view_name from duckdb_views() where not internal"
        for (view,) in connection.execute(views).fetchall():
            connection.execute(f'create table "{view}__stored" as from "{view}"')
            connection.execute(f'drop view "{view}"')
            connection.execute(f'alter table "{view}__stored" rename to "{view}"')


class Trial:
    """The mutants of one model, tried in a connection of their own."""

    def __init__(self, build: Build, model: str) -> None:
        """Attach the sample, and set the model's unit tests up.

        Raises:
            Fault: a unit test fails without any mutant.
        """
        self.build = build
        self.model = model
        self.node = build.models[model]
        self.connection = connect_in_memory()
        self.connection.execute(f"set threads = 1; set memory_limit = '{MEMORY}'")
        self.connection.execute(
            f"attach '{build.database}' as {self.node['database']} (read_only)"
        )
        self.unit_tests = [
            self._set_up(name, sql, f"test_{number}_")
            for number, (name, sql) in enumerate(build.unit_tests_of(model))
        ]

    def mutants(self) -> list[Mutant]:
        """The model's mutants that are SQL: any build finds what is none."""
        return [mutant for mutant in self._all if self._is_sql(mutant.sql)]

    def judge(self, mutants: list[Mutant], with_data: bool = True) -> Iterator[Verdict]:
        """What kills each of the mutants: unit tests, and those on data if asked to."""
        tests = [(test, self._mutated(test)) for test in self.unit_tests]
        for mutant in mutants:
            kind: str | None = "unit"
            test = self._failing_unit_test(mutant, tests)
            if test is None and with_data:
                kind, test = "data", self._failing_data_test(mutant)
            yield Verdict(mutant, kind if test else None, test)

    def _mutated(self, test: UnitTest) -> dict[str, str]:
        """The unit test's SQL with each change: by its place if all have the same ones.

        A setting of the test's own may put other values there, or other steps.
        """
        changes = [each.change for each in self._all]
        mutated = [*mutants_of(self.model, test.sql, self._compiled)]
        if len(mutated) != len(changes):
            changes = [each.change for each in mutated]
        return {change: each.sql for change, each in zip(changes, mutated, strict=True)}

    @cached_property
    def _compiled(self) -> str:
        return self.build.compiled(self.node)

    @cached_property
    def _all(self) -> list[Mutant]:
        return [*mutants_of(self.model, self._compiled)]

    def _is_sql(self, sql: str) -> bool:
        # a view is read but not planned: an explain takes ten times as long
        try:
            self.connection.execute(f"create or replace temp view mutant as {sql}")
        except (duckdb.BinderException, duckdb.ParserException):
            return False
        return True

    def _set_up(self, name: str, sql: str, prefix: str) -> UnitTest:
        """Keep a unit test's fixtures as tables, and the rows that it expects."""
        steps = {step.alias: step.this for step in parse_one(sql, dialect=DIALECT).ctes}
        # the last column says which side a row is of
        columns = [_sql(column) for column in steps[ACTUAL].selects[:-1]]
        query, expected = (
            steps[side].find(exp.Subquery).this for side in (ACTUAL, EXPECTED)
        )
        with_ = query.args["with_"]
        for step in [*with_.expressions]:
            if step.alias.startswith(FIXTURE):
                table = f'"{prefix}{step.alias}"'
                self.connection.execute(f"create table {table} as {_sql(step.this)}")
                step.pop()
        if not with_.expressions:
            with_.pop()
        for table in query.find_all(exp.Table):
            if table.name.startswith(FIXTURE):
                table.set("this", exp.to_identifier(f"{prefix}{table.name}", True))
        test = UnitTest(name, _sql(query), ", ".join(columns), Counter())
        # no rows are none of the actual ones
        if not any(table.name == ACTUAL for table in expected.find_all(exp.Table)):
            test = test._replace(expected=self._rows_of(test, _sql(expected)))
        if self._rows_of(test, test.sql) != test.expected:
            raise Fault(f"the unit test {name} fails without a mutant; mend it first")
        return test

    def _rows_of(self, test: UnitTest, sql: str) -> Rows:
        query = f"select {test.columns} from ({sql})"
        return Counter(self.connection.execute(query).fetchall())

    def _failing_unit_test(
        self, mutant: Mutant, tests: list[tuple[UnitTest, Mapping[str, str]]]
    ) -> str | None:
        for test, mutated in tests:
            # a setting of the test's own may have left out what was changed
            sql = mutated.get(mutant.change)
            try:
                if sql and self._rows_of(test, sql) != test.expected:
                    return test.name
            except duckdb.Error:
                return test.name
        return None

    @cached_property
    def _data_tests(self) -> dict[str, list[Node]]:
        """As `data_tests_after` has them, without those that fail on the sample."""
        return {
            name: [test for test in tests if not self._fails(test, {})]
            for name, tests in self.build.data_tests_after(self.model).items()
        }

    def _failing_data_test(self, mutant: Mutant) -> str | None:
        """The first data test that fails where the mutant was built instead.

        What comes out as it was is not followed any further.
        """
        changed: dict[str, str] = {}  # from the relation that was built to the mutated
        self.connection.execute("create schema memory.mutated")
        try:
            for name in self.build.in_order(self.model):
                node = self.build.models[name]
                sql = mutant.sql if name == self.model else self.build.compiled(node)
                relation, table = node["relation_name"], f'memory.mutated."{name}"'
                if name == self.model or any(each in sql for each in changed):
                    try:
                        self._create(table, _reread(sql, changed))
                        if not self._is_the_same(table, relation):
                            changed[relation] = table
                    except duckdb.Error:
                        return f"the build of {name}"
                if not changed:
                    return None
                for test in self._data_tests.get(name, ()):
                    if self._fails(test, changed):
                        return test["name"]
        finally:
            self.connection.execute("drop schema memory.mutated cascade")
        return None

    def _create(self, table: str, sql: str) -> None:
        self.connection.execute(f"create table {table} as {sql}")

    def _is_the_same(self, one: str, other: str) -> bool:
        for left, right in ((one, other), (other, one)):
            differing = f"from {left} except all from {right} limit 1"
            if self.connection.execute(differing).fetchone():
                return False
        return True

    def _fails(self, test: Node, changed: Mapping[str, str]) -> bool:
        sql = self.build.compiled(test)
        if changed and not any(each in sql for each in changed):
            return False
        query = f"select count(*) > 0 from ({_reread(sql, changed)})"
        try:
            return self.connection.execute(query).fetchall() == [(True,)]
        except duckdb.Error:
            return True


def _sql(node: exp.Expression) -> str:
    return node.sql(dialect=DIALECT)


def _reread(sql: str, changed: Mapping[str, str]) -> str:
    """SQL that reads the changed relations in place of those that were built."""
    for relation, table in changed.items():
        sql = sql.replace(relation, table)
    return sql
