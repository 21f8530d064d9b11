"""Judges estimators by what the worlds have them say, and says how they did."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil, comb, sqrt
from pathlib import Path
from typing import NamedTuple

import duckdb

from smartcrm.pages.rendering import render
from smartcrm.proof.estimators import LEAST_GAP, Estimator
from smartcrm.proof.worlds import (
    CALLS_PER_REP,
    CANDIDATE,
    HORIZON_DAYS,
    SEEN_ON,
    WORLD_LEADS,
)
from smartcrm.terminal import aligned
from smartcrm.warehouse import connect_in_memory

HEADER = ("what", "truth", "estimate", "bias", "held", "needed", "verdict")
# the level of the intervals, and how rarely bad luck may find such intervals wanting
LEVEL = Fraction(95, 100)
CHANCE = Fraction(2, 100)
# a bias is called one where it is no accident, which a few estimates can't tell, and
# where an interval of an estimate is stated, big beside how these vary
STANDARD_ERRORS = 3
DEVIATIONS = 0.4
FEWEST_ESTIMATES = 30


class Verdict(NamedTuple):
    """How an estimator did: means over its estimates, and how many intervals hold.

    Attributes:
        truth: none where the estimates are only shown; with it there is a bias.
        mean: none where there are no estimates.
        error: the bias's standard error.
        deviation: how far estimates lie around the truth and their bias.
        intervals: of the estimates, those that state one.
    """

    estimator: Estimator
    truth: float | None
    mean: float | None
    bias: float | None
    error: float
    deviation: float
    estimates: int
    intervals: int
    covered: int

    @property
    def fault(self) -> str:
        """What is wrong with it, if anything is."""
        bias = abs(self.bias or 0)
        allowed = DEVIATIONS * self.deviation if self.intervals else 0
        faults = {
            "too few hold": self.covered < fewest_covered(self.intervals),
            "biased": self.estimates >= FEWEST_ESTIMATES
            and bias > max(STANDARD_ERRORS * self.error, allowed),
        }
        return ", ".join(name for name, is_so in faults.items() if is_so)

    @property
    def cells(self) -> list[str]:
        """What a table shows of it, as HEADER names it."""
        if self.mean is None:
            return [self.estimator.name, *[""] * 5, "no estimates"]
        truth, bias, held, needed, verdict = "", "", "", "", "shown only"
        if self.truth is not None and self.bias is not None:
            truth, verdict = f"{self.truth:.3g}", "no bias found"
            if self.estimates < FEWEST_ESTIMATES:
                verdict = "too few to tell"
            bias = f"{self.bias:+.2g}"
        if bias and self.estimates > 1:
            bias += f" ± {self.error:.2g}"
        if self.intervals:
            held = f"{self.covered}/{self.intervals}"
            needed, verdict = f"{fewest_covered(self.intervals)}", "holds"
        shown = (truth, f"{self.mean:.3g}", bias, held, needed)
        return [self.estimator.name, *shown, self.fault or verdict]


def fewest_covered(intervals: int) -> int:
    """How many of so many intervals have to hold the truth: nine in ten.

    Or fewer, where intervals of their level would by bad luck be short of that.
    """
    chance, covered = Fraction(0), -1
    while chance < CHANCE:
        covered += 1
        missed = intervals - covered
        chance += comb(intervals, covered) * LEVEL**covered * (1 - LEVEL) ** missed
    return min(covered, ceil(intervals * 9 / 10))


def judge(estimator: Estimator, worlds: duckdb.DuckDBPyConnection) -> Verdict:
    """Judge an estimator by what it says of each world."""
    [[truth, mean, bias, deviation, count, intervals, covered]] = worlds.execute(
        f"""
        select
            avg(truth),
            avg(estimate),
            avg(estimate - truth),
            coalesce(stddev_samp(estimate - coalesce(truth, 0)), 0),
            count(*),
            count(low),
            count(*) filter (
                where low <= truth and truth <= coalesce(high, 'inf'::double)
            )
        from ({estimator.rows}) as estimates(estimate, low, high, truth)
        """
    ).fetchall()
    error = deviation / sqrt(max(count, 1))
    return Verdict(
        *(estimator, truth, mean, bias, error, deviation, count, intervals, covered)
    )


def kept(folder: Path) -> duckdb.DuckDBPyConnection:
    """What was kept of the worlds of a folder: a view for each file, by its name."""
    database = connect_in_memory()
    database.execute("create schema truth")
    for file in (folder / "truth").glob("*.parquet"):
        database.execute(f"create view truth.{file.stem} as from '{file}'")
        database.execute(
            f"create view {file.stem} as select *, filename as world from"
            f" read_parquet('{folder}/worlds/*/{file.name}', filename = true)"
        )
    return database


def grouped(verdicts: list[Verdict]) -> list[tuple[str, list[list[str]]]]:
    """The cells of each row, by the model that has the estimate."""
    groups = groupby(verdicts, lambda row: row.estimator.model)
    return [(model, [row.cells for row in rows]) for model, rows in groups]


def render_table(verdicts: list[Verdict]) -> str:
    """The table for the terminal."""
    _, *heads = HEADER
    lines = [["", *heads]]
    for model, rows in grouped(verdicts):
        lines += [[model, *("" for _ in heads)], *rows]
    return aligned(lines)


def render_page(verdicts: list[Verdict], worlds: int, truth_leads: int) -> str:
    """The page about so many worlds, and the big one."""
    values = {
        "verdicts": verdicts,
        "groups": grouped(verdicts),
        "worlds": worlds,
        "truth_leads": truth_leads,
        "leads": WORLD_LEADS,
        "seen_on": SEEN_ON,
        "horizon": HORIZON_DAYS,
        "calls": CALLS_PER_REP,
        "candidate": CANDIDATE,
        "standard_errors": STANDARD_ERRORS,
        "deviations": DEVIATIONS,
        "fewest_estimates": FEWEST_ESTIMATES,
        "chance": CHANCE,
        "least_gap": LEAST_GAP,
    }
    return render("documents/proof.md", values)
