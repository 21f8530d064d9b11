"""The mutants of a query: its SQL with one small error in it, and the error in words.

What would be equal to the query by the arithmetic of SQL alone is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, product
from typing import NamedTuple

from sqlglot import exp, parse_one

from smartcrm.rules.decisions import DIALECT

Change = tuple[str, exp.Expression]  # in words, and what comes in the node's place

SWAPPED = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Least: exp.Greatest,
    exp.Greatest: exp.Least,
    exp.Lag: exp.Lead,
    exp.Lead: exp.Lag,
}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
JOINERS = (exp.And, exp.Or)
# what makes a sentence, or names a unit: which words it has decides nothing
WORDING = (exp.Concat, exp.ConcatWs, exp.Replace, exp.Like, exp.DateDiff)
NULLS = re.compile(r"(\w+)(?: desc)? nulls (?:first|last)", re.IGNORECASE)
SHOWN = 40  # characters of what stays the same, to either side of a change


class Mutant(NamedTuple):
    """A query with one error: where it is and what was changed, in words."""

    model: str
    line: int  # of the compiled SQL
    change: str
    sql: str


def mutants_of(model: str, sql: str, source: str = "") -> Iterator[Mutant]:
    """Every mutant of a query, step by step.

    What is changed alike at several places of a step is numbered, so that the mutants
    of two queries that differ in a setting can be told to be the same. The source, if
    it isn't the query's own text, says where it matters which end nulls come at.
    """
    tree = parse_one(sql, dialect=DIALECT)
    nulls_stated = {name.lower() for name in NULLS.findall(source or sql)}
    seen = {_text(tree)}
    names: Counter[str] = Counter()
    line = 1
    for node in [*tree.walk(bfs=False)]:
        line = node.meta.get("line", line)
        step = node.find_ancestor(exp.CTE)
        for words, mutated in _changes(node, nulls_stated):
            name = f"{step.alias if step else 'last step'}: {words}"
            names[name] += 1
            number = f" ({names[name]})" if names[name] > 1 else ""
            node.replace(mutated)
            text = _text(tree)
            mutated.replace(node)
            if text not in seen:
                seen.add(text)
                yield Mutant(model, line, f"{name}{number}", text)


def _changes(node: exp.Expression, nulls_stated: set[str]) -> Iterator[Change]:
    """What may be changed of a node itself."""
    kind = type(node)
    if kind in SWAPPED:
        if not any(
            is_equal(node) for is_equal in (_joins, _is_by_one, _is_pivot, _divides)
        ):
            yield _replaced(node, SWAPPED[kind](**node.copy().args))
    elif kind in JOINERS:
        for side, other in (("this", "expression"), ("expression", "this")):
            words = f"without `{_shortened(_text(node.args[side]))}`"
            yield words, node.args[other].copy()
    elif kind is exp.Is and not isinstance(node.parent, exp.Not):
        yield _replaced(node, exp.Not(this=node.copy()))
    elif kind is exp.Not:
        yield _replaced(node, node.this.copy())
    elif kind is exp.Boolean:
        yield _replaced(node, exp.Boolean(this=not node.this))
    elif kind is exp.Literal:
        yield from _other_literals(node)
    elif kind is exp.Coalesce and not isinstance(node.parent, exp.Replace):
        yield _replaced(node, node.this.copy())
    elif kind is exp.Case:
        yield from _other_cases(node)
    elif kind is exp.Window:
        yield from _without_each(node, "partition_by", "partition by")
    elif kind is exp.Order and len(node.expressions) > 1:
        yield from _without_each(node, "expressions", "order by")
    elif kind is exp.Ordered:
        yield from _other_orders(node, nulls_stated)
    elif kind is exp.Join and node.args.get("on"):
        if node.side or not _is_needed_later(node):
            yield _other_join(node)
    elif kind is exp.Where and not isinstance(node.this, JOINERS):
        words = f"without `where {_shortened(_text(node.this))}`"
        yield words, exp.Where(this=exp.true())
    elif kind in (exp.Select, exp.Union) and node.args.get("distinct"):
        mutated = node.copy()
        mutated.set("distinct", False if kind is exp.Union else None)
        yield f"{'union' if kind is exp.Union else 'select'} without distinct", mutated


def _joins(node: exp.Expression) -> bool:
    """Whether tables are joined by it; by all other pairs there would be too many."""
    return (
        isinstance(node, exp.EQ)
        and all(isinstance(side, exp.Column) for side in (node.left, node.right))
        and isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join)
    )


def _divides(node: exp.Expression) -> bool:
    """Whether a window is partitioned by it: both sides of a comparison are parts."""
    return node.arg_key == "partition_by" and isinstance(node, (exp.EQ, exp.NEQ))


def _is_by_one(node: exp.Expression) -> bool:
    return isinstance(node, (exp.Mul, exp.Div)) and _text(node.right) == "1"


def _is_pivot(node: exp.Expression) -> bool:
    """Whether it picks the one value that there is, of rows told apart by a word."""
    case = node.this if isinstance(node, (exp.Max, exp.Min)) else None
    if not isinstance(case, exp.Case) or case.args.get("default"):
        return False
    return any(
        isinstance(part, exp.EQ) and isinstance(part.right, exp.Literal)
        for part in _conjuncts(case.args["ifs"][0].this)
    )


def _other_literals(node: exp.Literal) -> Iterator[Change]:
    parent = node.parent
    if isinstance(parent, (exp.DataTypeParam, exp.Cast)) and (
        node.is_string or isinstance(parent, exp.DataTypeParam)
    ):
        return
    if node.is_string and not isinstance(parent, exp.Interval):
        if not node.find_ancestor(*WORDING):
            yield _replaced(node, exp.Literal.string(f"{node.this}~"))
        return
    is_counted = isinstance(parent, exp.If) and parent.find_ancestor(exp.Count)
    if is_counted and parent.args.get("true") is node:
        return  # any number counts
    if isinstance(parent, exp.Nullif):
        return  # a guard of the macro that divides
    if isinstance(parent, exp.Interval):
        mutated = exp.Literal.string(str(int(node.this) + 1))
    elif node.this.isdigit():
        mutated = exp.Literal.number(int(node.this) + 1)
    else:
        mutated = parse_one(f"({node.this} + 1)", dialect=DIALECT)
    before = _text(parent)
    node.replace(mutated)
    after = _text(parent)
    mutated.replace(node)
    yield _changed(before, after), mutated


def _other_cases(node: exp.Case) -> Iterator[Change]:
    branches = node.args["ifs"]
    if len(branches) == 1 and node.this is None:
        mutated = node.copy()
        mutated.args["ifs"][0].set("this", exp.true())
        yield f"`{_condition(branches[0])}` is taken for true", mutated
        return
    for place, branch in enumerate(branches):
        mutated = node.copy()
        del mutated.args["ifs"][place]
        yield f"without `{_condition(branch)}`", mutated
    # the branches of `case x when ...` exclude each other
    for place, (first, second) in enumerate(pairwise([] if node.this else branches)):
        if _text(first.args["true"]) == _text(second.args["true"]):
            continue
        if not _exclude_each_other(first.this, second.this):
            mutated = node.copy()
            ifs = mutated.args["ifs"]
            ifs[place], ifs[place + 1] = ifs[place + 1], ifs[place]
            words = f"`{_condition(second)}` comes before `{_condition(first)}`"
            yield words, mutated


def _condition(branch: exp.Expression) -> str:
    return f"when {_shortened(_text(branch.this))}"


def _exclude_each_other(one: exp.Expression, other: exp.Expression) -> bool:
    """Whether a column has two values if both are true, or none and is compared."""
    for first, second in ((one, other), (other, one)):
        if isinstance(first.unnest(), exp.Or):
            parts = first.unnest().flatten()
            return all(_exclude_each_other(part, second) for part in parts)
    return any(
        _contradict(*pair) for pair in product(_conjuncts(one), _conjuncts(other))
    )


def _contradict(one: exp.Expression, other: exp.Expression) -> bool:
    if isinstance(one, exp.EQ) and isinstance(other, exp.EQ):
        values = (one.right, other.right)
        are_values = all(isinstance(value, exp.Literal) for value in values)
        if are_values and one.left == other.left and values[0] != values[1]:
            return True
    return any(
        isinstance(null, exp.Is)
        and isinstance(null.right, exp.Null)
        and isinstance(compared, COMPARISONS)
        and null.left in _needed_columns(compared)
        for null, compared in ((one, other), (other, one))
    )


def _conjuncts(node: exp.Expression) -> list[exp.Expression]:
    return [*node.flatten()] if isinstance(node, exp.And) else [node]


def _needed_columns(node: exp.Expression) -> Iterator[exp.Expression]:
    """The columns without which a comparison is null."""
    if isinstance(node, exp.Column):
        yield node
    elif isinstance(node, (*COMPARISONS, *ARITHMETIC)):
        yield from _needed_columns(node.left)
        yield from _needed_columns(node.right)


def _without_each(node: exp.Expression, key: str, words: str) -> Iterator[Change]:
    for place, part in enumerate(node.args.get(key) or ()):
        mutated = node.copy()
        del mutated.args[key][place]
        yield f"{words} without `{_shortened(_text(part))}`", mutated


def _other_orders(node: exp.Ordered, nulls_stated: set[str]) -> Iterator[Change]:
    words = f"order by `{_shortened(_text(node.this))}`"
    is_descending = bool(node.args.get("desc"))
    turned = node.copy()
    turned.set("desc", not is_descending)
    yield f"{words} {'ascending' if is_descending else 'descending'}", turned
    if any(column.name.lower() in nulls_stated for column in node.find_all(exp.Column)):
        moved = node.copy()
        moved.set("nulls_first", not node.args.get("nulls_first"))
        yield f"{words} with nulls at the other end", moved


def _other_join(node: exp.Join) -> Change:
    """A left join keeps too little, an inner join too much, a full join one side."""
    becomes = "inner" if node.side == "LEFT" else "left"
    mutated = node.copy()
    mutated.set("side", "LEFT" if becomes == "left" else None)
    mutated.set("kind", "INNER" if becomes == "inner" else None)
    was = (node.side or "inner").lower()
    return f"{was} join of `{node.this.alias_or_name}` becomes {becomes}", mutated


def _is_needed_later(join: exp.Join) -> bool:
    """Whether rows that a left join would add fall away by what comes after it."""
    select = join.parent
    joins = select.args["joins"]
    place = next(nth for nth, each in enumerate(joins) if each is join)
    later = [each.args.get("on") for each in joins[place + 1 :] if not each.side]
    where = select.args.get("where")
    conditions = [each for each in (*later, where and where.this) if each]
    return any(
        isinstance(side, exp.Column) and side.table == join.this.alias_or_name
        for condition in conditions
        for part in _conjuncts(condition)
        if isinstance(part, (*COMPARISONS, exp.In))
        for side in (part.this, part.args.get("expression"))
    )


def _replaced(node: exp.Expression, mutated: exp.Expression) -> Change:
    return _changed(_text(node), _text(mutated)), mutated


def _changed(before: str, after: str) -> str:
    """What becomes what, with little of that which stays the same."""
    start = _same_length(before, after)
    end = _same_length(before[start:][::-1], after[start:][::-1])
    head, tail = before[:start], before[len(before) - end :]
    head = head if len(head) <= SHOWN else f"… {head[-SHOWN:]}"
    tail = tail if len(tail) <= SHOWN else f"{tail[:SHOWN]} …"
    was, becomes = (text[start : len(text) - end] for text in (before, after))
    return f"`{head}{was}{tail}` becomes `{head}{becomes}{tail}`"


def _same_length(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    shorter = min(len(one), len(other))
    return next((place for place, (left, right) in pairs if left != right), shorter)


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * SHOWN else f"{text[:SHOWN]} … {text[-SHOWN:]}"


def _text(node: exp.Expression) -> str:
    return node.sql(dialect=DIALECT, comments=False)
