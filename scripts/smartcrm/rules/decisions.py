"""The rules of each decision, read from the compiled SQL of its model.

A decision is a model whose YAML names it (`meta: {decision: stage}`). Its rules are the
lines of one `case ... end as stage_rule`; its `else` may name another case of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from smartcrm.warehouse import Row

DIALECT = "duckdb"


class Rule(NamedTuple):
    """A line of the case; the condition of the last one, after else, is None."""

    rule_id: str
    condition: exp.Expression | None


class Decision(NamedTuple):
    """A decision's rules in order of precedence, and the SQL they stand in."""

    name: str
    path: str
    tree: exp.Expression
    case: exp.Case
    rules: list[Rule]


def target_folder() -> Path:
    """Folder of what the last build compiled."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target"))


def read_manifest(folder: Path | None = None) -> dict[str, Row]:
    """Nodes of dbt's manifest by their unique id.

    Raises:
        Fault: dbt has not written it.
    """
    path = (folder or target_folder()) / "manifest.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))["nodes"]
    except (OSError, ValueError, LookupError):
        raise Fault(f"{path} can't be read; run `dbt build` first") from None


def upstream(
    nodes: Mapping[str, Row], wanted: Iterable[str], given: Iterable[str]
) -> Iterator[Row]:
    """The models wanted and what they are made of, each after what it reads.

    What is given is named as it is, without what it is made of.

    Raises:
        Fault: dbt knows no such model.
    """
    seen: set[str] = set()

    def walk(key: str) -> Iterator[Row]:
        if key in seen or key not in nodes:
            return
        seen.add(key)
        if nodes[key]["name"] not in given:
            for parent in nodes[key]["depends_on"].get("nodes", []):
                yield from walk(parent)
        yield nodes[key]

    for name in wanted:
        key = f"model.smartcrm.{name}"
        if key not in nodes:
            raise Fault(f"dbt's manifest has no {key}; run `dbt build` first")
        yield from walk(key)


def read_compiled(node: Row, folder: Path | None = None) -> str:
    """SQL of a model or data test, as dbt compiled it into its target folder.

    Raises:
        Fault: dbt has not.
    """
    path = Path(node["original_file_path"].replace("\\", "/"))
    # a test that stands in YAML has a file of its own
    path = path if path.suffix == ".sql" else path / Path(node["path"]).name
    folder = folder or target_folder()
    return read_built(folder / "compiled" / node["package_name"] / path)


def read_built(path: Path) -> str:
    """The text of a file that a build writes.

    Raises:
        Fault: it is not there.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise Fault(f"{path} is not there; run `dbt build` first") from None


def read_decisions(nodes: dict[str, Row]) -> list[Decision]:
    """The decisions as last compiled, each after those that it reads.

    Raises:
        Fault: a model is not compiled, or its case is not one of rules.
    """
    models = {key: node for key, node in nodes.items() if _decision(node)}
    if not models:
        raise Fault("no model has `meta: {decision: NAME}`; see models/decisions")

    @cache
    def depth(key: str) -> int:
        parents = nodes.keys() & nodes[key]["depends_on"].get("nodes", [])
        return 1 + max(map(depth, parents), default=0)

    return [read_decision(models[key]) for key in sorted(models, key=depth)]


def read_decision(node: Row) -> Decision:
    """The decision that a model of dbt's manifest makes.

    Raises:
        Fault: the model is not compiled, or its case is not one of rules.
    """
    path, name = node["original_file_path"].replace("\\", "/"), _decision(node)
    try:
        tree = parse_one(read_compiled(node), dialect=DIALECT)
    except SqlglotError as error:
        reason = " ".join(str(error).split("\n")[0].split())
        raise Fault(f"{path} can't be parsed: {reason}") from None
    # whichever database the last build was of, it is the one at hand that is asked
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    case = find_case(tree, f"{name}_rule", path)
    return Decision(name, path, tree, case, list(read_rules(tree, case, path)))


def find_case(tree: exp.Expression, column: str, path: str) -> exp.Case:
    """The only case of that name.

    Raises:
        Fault: there is none, or there are several.
    """
    found = [
        alias.this
        for alias in tree.find_all(exp.Alias)
        if alias.alias == column and isinstance(alias.this, exp.Case)
    ]
    if len(found) != 1:
        wanted = f"expected one `case ... end as {column}`"
        raise Fault(f"{path}: {wanted}, found {len(found)}")
    return found[0]


def read_rules(tree: exp.Expression, case: exp.Case, path: str) -> Iterator[Rule]:
    """The rules of a case in order, its else last or the rules it hands over to.

    Raises:
        Fault: a line yields something else than a quoted rule id, or there is no else.
    """
    column = case.parent.alias
    if case.this is not None:
        raise Fault(f"{path}: {column} has to start with `case when`")
    if case.args.get("default") is None:
        raise Fault(f"{path}: {column} has no else; end it with else 'RULE_ID'")
    # a comparison that the model gave a name, so that others can ask it too
    named = {
        alias.alias: alias.this
        for alias in tree.find_all(exp.Alias)
        if isinstance(alias.this, (exp.Predicate, exp.Connector, exp.Not))
    }
    for line in case.args["ifs"]:
        condition = line.this.copy().transform(_spelled_out, named)
        yield Rule(_rule_id(line.args["true"], path, column), condition)
    last = case.args["default"]
    if isinstance(last, exp.Column):
        yield from read_rules(tree, find_case(tree, last.name, path), path)
    else:
        yield Rule(_rule_id(last, path, column), None)


def _spelled_out(
    part: exp.Expression, named: dict[str, exp.Expression]
) -> exp.Expression:
    if not isinstance(part, exp.Column):
        return part
    return _bare(named[part.name].copy()) if part.name in named else part


def _bare(expression: exp.Expression) -> exp.Expression:
    return expression.transform(
        lambda part: exp.column(part.this) if isinstance(part, exp.Column) else part
    )


def _rule_id(value: exp.Expression, path: str, column: str) -> str:
    if not (value.is_string and re.fullmatch(r"\w+", value.name)):
        text = render_sql(value)
        raise Fault(f"{path}: {column}: {text} is not a rule id in quotes")
    return value.name


def _decision(node: Row) -> str | None:
    return node["config"].get("meta", {}).get("decision")


def render_sql(expression: exp.Expression) -> str:
    """SQL as the models are written: lowercase, without the names of relations."""
    text = _bare(expression).sql(dialect=DIALECT, comments=False)
    text = re.sub(r"NOT (\S+) IS NULL", r"\1 IS NOT NULL", text)
    pieces = re.split("('(?:[^']|'')*')", text)  # every second one is a quoted text
    pieces[::2] = map(str.lower, pieces[::2])
    return "".join(pieces)


def edited_since(nodes: dict[str, Row]) -> list[str]:
    """Files of the rules that are not as the last build read them."""
    paths = []
    for node in nodes.values():
        if "rules" in node["config"]["tags"] and node["resource_type"] != "test":
            path = Path(node["original_file_path"])
            try:
                text = path.read_text(encoding="utf-8").strip()
            except OSError:
                text = ""
            checksum = hashlib.sha256(text.encode()).hexdigest()
            if checksum != node["checksum"]["checksum"]:
                paths.append(path.as_posix())
    return sorted(paths)


def disagreements(decisions: list[Decision], catalogue: list[Row]) -> list[str]:
    """Where the catalogue's rows are not the rules of the cases, in their order."""
    faults = []
    for decision in decisions:
        cases = [rule.rule_id for rule in decision.rules]
        rows = [row["rule_id"] for row in catalogue if row["decision"] == decision.name]
        missing = [rule_id for rule_id in cases if rule_id not in rows]
        unused = [rule_id for rule_id in rows if rule_id not in cases]
        seed = "seeds/decision_rules.csv"
        if missing:
            faults.append(
                f"{seed} has no row for {', '.join(missing)} ({decision.path})"
            )
        if unused:
            faults.append(
                f"{decision.path} has no line for {', '.join(unused)} ({seed})"
            )
        if not missing and not unused and cases != rows:
            faults.append(
                f"{seed}: the rows of {decision.name} are not in the order of the case "
                f"in {decision.path}, which is {', '.join(cases)}"
            )
    known = {decision.name for decision in decisions}
    for name in dict.fromkeys(row["decision"] for row in catalogue):
        if name not in known:
            faults.append(f"seeds/decision_rules.csv: no model decides about '{name}'")
    return faults
