"""What is estimated, the truth it is judged by, and how often intervals hold it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb
from pathlib import Path
from typing import NamedTuple

import duckdb

from smartcrm.proof.worlds import HORIZON_DAYS
from smartcrm.warehouse import connect

# the level of the intervals, and how rarely bad luck may find such intervals wanting
LEVEL = Fraction(95, 100)
CHANCE = Fraction(2, 100)


class Estimator(NamedTuple):
    """A number that a model estimates for each world.

    Attributes:
        name: what it is.
        model: the model that has it.
        truth: SQL that yields it from the truth's table `lives`.
        estimates: SQL that yields an estimate and its bounds, a row for each interval;
            a lower bound alone rules out nothing above it, and no bound claims nothing.
    """

    name: str
    model: str
    truth: str
    estimates: str


def share_within(stage: str, days: int) -> Estimator:
    """The share of leads that reach a stage within so many days."""
    return Estimator(
        name=f"share that is {stage} within {days} days",
        model="time_to_stage",
        truth=f"""
            select avg((coalesce(days, 9999) <= {days})::int)
            from lives
            where stage = '{stage}' and followed_days >= {days}
        """,
        estimates=f"""
            select incidence, incidence_low, incidence_high
            from time_to_stage
            where segment_type = 'world' and stage = '{stage}' and days = {days}
        """,
    )


def share_of_source(source: str, stage: str) -> Estimator:
    """The share of a source's leads that reach a stage within the horizon."""
    return Estimator(
        name=f"share of {source}'s that is {stage} within {HORIZON_DAYS} days",
        model="time_to_stage",
        truth=f"""
            select avg((coalesce(days, 9999) <= {HORIZON_DAYS})::int)
            from lives
            where stage = '{stage}' and followed_days >= {HORIZON_DAYS}
            and source = '{source}'
        """,
        estimates=f"""
            select incidence, incidence_low, incidence_high
            from time_to_stage
            where segment_type = 'world_source' and segment like '% {source}'
            and stage = '{stage}' and days = {HORIZON_DAYS}
            and incidence is not null
        """,
    )


def monthly_share(stage: str) -> Estimator:
    """The share of a month's leads that reach a stage within the horizon."""
    return Estimator(
        name=f"share of a month's leads that is {stage} within {HORIZON_DAYS} days",
        model="funnel_cohorts",
        truth=share_within(stage, HORIZON_DAYS).truth,
        estimates=f"""
            select conversion_rate, conversion_rate_low, conversion_rate_high
            from funnel_cohorts
            where segment_type = 'world' and stage = '{stage}'
            and conversion_rate is not null
        """,
    )


def median_within(stage: str) -> Estimator:
    """The days that half of those take who reach a stage within the horizon."""
    median = "median_days_within_horizon"
    return Estimator(
        name=f"days by which half of those are {stage}",
        model="time_to_stage_medians",
        truth=f"""
            select quantile_disc(days, 0.5)
            from lives
            where stage = '{stage}' and days <= {HORIZON_DAYS}
            and followed_days >= {HORIZON_DAYS}
        """,
        estimates=f"""
            select {median}, {median}_low, {median}_high
            from time_to_stage_medians
            where segment_type = 'world' and stage = '{stage}'
        """,
    )


def median_of_all(stage: str) -> Estimator:
    """The days by which half of all leads have reached a stage."""
    return Estimator(
        name=f"days by which half of all are {stage}",
        model="time_to_stage_medians",
        truth=f"""
            select quantile_disc(coalesce(days, 9999), 0.5)
            from lives
            where stage = '{stage}' and followed_days >= 365
        """,
        estimates=f"""
            select median_days, median_days_low, median_days_high
            from time_to_stage_medians
            where segment_type = 'world' and stage = '{stage}'
        """,
    )


ESTIMATORS = (
    *(share_within(stage, HORIZON_DAYS) for stage in ("MQL", "SQL", "Customer")),
    share_within("Customer", 365),
    # what was planted between sources
    share_of_source("Referral", "SQL"),
    share_of_source("Facebook", "SQL"),
    *(monthly_share(stage) for stage in ("MQL", "SQL", "Customer")),
    *(median_within(stage) for stage in ("MQL", "SQL", "Customer")),
    median_of_all("MQL"),
)


class Judged(NamedTuple):
    """An estimator, the truth, its estimates' mean, and how many intervals hold it."""

    name: str
    truth: float
    mean: float
    intervals: int
    covered: int

    @property
    def is_enough(self) -> bool:
        """Whether as many intervals hold the truth as their level has us expect."""
        return self.covered >= fewest_covered(self.intervals)


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


def judge(
    estimator: Estimator, truth: duckdb.DuckDBPyConnection, database: Path
) -> Judged:
    """Judge an estimator by what each world of a database has it say."""
    [[true_value]] = truth.execute(estimator.truth).fetchall()
    with connect(database, read_only=True) as worlds:
        [[mean, intervals, covered]] = worlds.execute(
            f"""
            select
                avg(estimate),
                count(*),
                count(*) filter (
                    where low <= $truth and $truth <= coalesce(high, 'inf'::double)
                )
            from ({estimator.estimates}) as estimates(estimate, low, high)
            """,
            {"truth": true_value},
        ).fetchall()
    return Judged(estimator.name, true_value, mean, intervals, covered)


def render(judged: list[Judged]) -> str:
    """The table of what was found."""
    width = max(len(row.name) for row in judged)
    lines = [f"{'':{width}}    truth     mean  covered   needed"]
    for row in judged:
        counts = f"{row.covered}/{row.intervals}"
        lines.append(
            f"{row.name:{width}} {row.truth:8.4g} {row.mean:8.4g} {counts:>8}"
            f" {fewest_covered(row.intervals):>8}{'' if row.is_enough else '  too few'}"
        )
    return "\n".join(lines)
