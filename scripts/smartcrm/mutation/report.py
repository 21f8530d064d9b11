"""What became of the mutants: counts by model, and those that no test finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

import yaml

from smartcrm.mutation.trials import Verdict
from smartcrm.terminal import aligned

EQUAL = Path(__file__).with_name("equal_mutants.yml")
HEADER = ("model", "mutants", "unit tests", "data tests", "equal", "survive")


class Equal(NamedTuple):
    """A change of a model that no test can find, and why; `*` is for any text."""

    model: str
    change: str
    why: str

    def is_of(self, verdict: Verdict) -> bool:
        """Whether a mutant is one of these."""
        mutant = verdict.mutant
        return mutant.model == self.model and fnmatchcase(mutant.change, self.change)


class Report(NamedTuple):
    """Lines to print; what survives, and entries of the list that nothing matches."""

    lines: list[str]
    survivors: list[Verdict]
    stale: list[Equal]


def read_equal() -> list[Equal]:
    """The changes that are known to change nothing.

    Raises:
        Fault: one of them has no reason, or a model has none of them.
    """
    listed = yaml.safe_load(EQUAL.read_text(encoding="utf-8")) or {}
    for model, changes in listed.items():
        if not isinstance(changes, dict) or not all(changes.values()):
            raise Fault(f"{EQUAL}: {model} needs changes, each with a reason")
    return [Equal(model, *each) for model in listed for each in listed[model].items()]


def report(verdicts: Iterable[Verdict], equal: Sequence[Equal]) -> Report:
    """A line per model, the survivors behind them, and what the list has too much."""
    counts: dict[str, Counter[str]] = {}
    survivors = []
    matched = set()
    for verdict in verdicts:
        count = counts.setdefault(verdict.mutant.model, Counter())
        count["mutants"] += 1
        if verdict.kind:
            count[f"{verdict.kind} tests"] += 1
            continue
        entries = [entry for entry in equal if entry.is_of(verdict)]
        matched.update(entries)
        count["equal" if entries else "survive"] += 1
        if not entries:
            survivors.append(verdict)
    stale = [entry for entry in equal if entry.model in counts and entry not in matched]
    total: Counter[str] = sum(counts.values(), Counter())
    rows = [
        (model, *(str(count[column]) for column in HEADER[1:]))
        for model, count in [*counts.items(), ("all", total)]
    ]
    lines = aligned([HEADER, *rows]).splitlines()
    lines += [
        f"survives: {mutant.model}, line {mutant.line}, {mutant.change}"
        for mutant, *_ in survivors
    ]
    lines += [
        f"{EQUAL.name}: no survivor is '{entry.change}' of {entry.model}; delete it"
        for entry in stale
    ]
    return Report(lines, survivors, stale)
