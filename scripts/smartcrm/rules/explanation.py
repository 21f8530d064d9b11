"""What each rule of a decision asks of one lead, and how it comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal as Number
from itertools import takewhile
from typing import Any, NamedTuple

import duckdb
from sqlglot import exp

from smartcrm.rules.decisions import DIALECT, Decision, render_sql

JOINERS = {exp.And: "and", exp.Or: "or"}
ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ)

Values = dict[str, Any]  # of one lead, by the SQL of the expression


class Answer(NamedTuple):
    """How a rule comes out for a lead; `lines` spell its condition out."""

    rule_id: str
    is_true: bool
    lines: list[str]


def ask(
    connection: duckdb.DuckDBPyConnection, decision: Decision, lead_id: str
) -> list[Answer]:
    """Every rule of a decision, asked of a lead where the decision's case stands.

    Raises:
        duckdb.Error: the build lacks what the case reads.
    """
    conditions = [rule.condition for rule in decision.rules if rule.condition]
    values = _read_values(connection, decision, conditions, lead_id)
    return [
        Answer(rule.rule_id, True, ["otherwise"])
        if rule.condition is None
        else Answer(
            rule.rule_id,
            bool(values[_key(rule.condition)]),
            [
                f"{joiner}{_in_words(part, values)}"
                for joiner, part in split_condition(rule.condition)
            ],
        )
        for rule in decision.rules
    ]


def split_condition(
    condition: exp.Expression, joiner: str = ""
) -> Iterator[tuple[str, exp.Expression]]:
    """The comparisons that and and or join, each behind its word, in order.

    What is in parentheses stays whole.
    """
    word = JOINERS.get(type(condition))
    if word is None:
        yield joiner, condition
    else:
        yield from split_condition(condition.left, joiner)
        yield from split_condition(condition.right, f"{word} ")


def _key(expression: exp.Expression) -> str:
    return expression.sql(dialect=DIALECT, comments=False)


def _read_values(
    connection: duckdb.DuckDBPyConnection,
    decision: Decision,
    conditions: list[exp.Expression],
    lead_id: str,
) -> Values:
    """Values of the conditions, of their comparisons, and of the sides of those."""
    asked: dict[str, exp.Expression] = {}
    for condition in conditions:
        asked[_key(condition)] = condition
        for _, part in split_condition(condition):
            sides = [part.left, part.right] if isinstance(part, ORDERED) else []
            for each in (part, *sides, *part.find_all(exp.Column)):
                asked[_key(each)] = each
    question = render_question(decision, [*asked.values()])
    found = connection.execute(f"{question} where lead_id = $id", {"id": lead_id})
    _, *values = found.fetchall()[0]
    return dict(zip(asked, values, strict=True))


def render_question(decision: Decision, expressions: list[exp.Expression]) -> str:
    """SQL of lead_id and the expressions, of every lead, where the case stands.

    The select that holds the case is asked for them in place of its own columns.
    """
    holder = decision.case.find_ancestor(exp.Select)
    before = takewhile(lambda cte: not _holds(cte, holder), decision.tree.ctes)
    query = holder.copy()
    query.set("with_", None)
    named = [each for each in query.selects if each.alias_or_name == "lead_id"]
    numbered = (each.copy().as_(f"v{n}") for n, each in enumerate(expressions))
    query.set("expressions", [*(named or [exp.column("lead_id")]), *numbered])
    steps = [*(_step(cte.alias, cte.this) for cte in before), _step("asked", query)]
    return f"with {', '.join(steps)} from asked"


def _step(name: str, query: exp.Expression) -> str:
    return f'"{name}" as ({query.sql(dialect=DIALECT)})'


def _holds(cte: exp.CTE, query: exp.Select) -> bool:
    return any(each is query for each in cte.find_all(exp.Select))


def _in_words(comparison: exp.Expression, values: Values) -> str:
    """The comparison with each column's value behind its name, and its verdict."""
    shown: list[str] = []

    def mark(part: exp.Expression) -> exp.Expression:
        if not isinstance(part, exp.Column):
            return part
        shown.append(f"{part.name} {_text(values[_key(part)])}")
        return exp.Var(this=f"\x00{len(shown) - 1}\x00")

    text = render_sql(comparison.copy().transform(mark))
    for number, value in enumerate(shown):
        text = text.replace(f"\x00{number}\x00", value)
    return f"{text}: {_verdict(comparison, values)}"


def _verdict(comparison: exp.Expression, values: Values) -> str:
    """Of two numbers how far they are from the turn, else whether it is true."""
    is_true = values[_key(comparison)]
    if is_true is None:
        return "false (no value)"
    if isinstance(comparison, ORDERED):
        left, right = (
            values[_key(side)] for side in (comparison.left, comparison.right)
        )
        if all(isinstance(side, (int, float, Number)) for side in (left, right)):
            gap = abs(left - right)
            if isinstance(comparison, exp.EQ) and is_true:
                return "true"
            if is_true:
                return f"{_text(gap)} to spare"
            if gap == 0:
                return "equal"
            return f"{_text(gap)} {'over' if left > right else 'short'}"
    return "true" if is_true else "false"


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return (
        f"{value:.2f}".removesuffix(".00") if isinstance(value, float) else str(value)
    )
