"""What the project aims at beside other ways, and what was measured of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from smartcrm.benchmark.ways import BY_HAND, IN_PANDAS, IN_POLARS, PLAIN, UP_TO_LEADS

MILLION = 1_000_000
FIGURES = {"wall": "wall", "cpu": "CPU"}
TIMES_BY_HAND = {UP_TO_LEADS: 1.25, "all models": 3, "all models and tests": 5}
SAMPLE = ("`dbt build`", "as many `select 1`")


class Aim(NamedTuple):
    """A ratio of two ways that is to be no more than so much."""

    way: str
    figure: str
    other: str
    leads: str
    most: float
    measured: float

    @property
    def is_reached(self) -> bool:
        """Whether it is no more."""
        return self.measured <= self.most


def without_start_up(size: dict, name: str, figure: str) -> float:
    """Seconds that a way takes beyond as many nodes that each select 1."""
    plain = size["ways"].get(name + PLAIN, {figure: 0})
    return max(size["ways"][name][figure] - plain[figure], 0.01)


def aims_of(measured: dict) -> Iterator[Aim]:
    """Those that enough was measured for."""
    for size in measured["sizes"]:
        yield from aims_at_size(size, is_largest=size is measured["sizes"][-1])
    large = [size for size in measured["sizes"] if size["rows"] >= MILLION]
    for fewer, more in pairwise(large):
        if UP_TO_LEADS in more["ways"]:
            before, after = (
                without_start_up(size, UP_TO_LEADS, "cpu") / size["rows"]
                for size in (fewer, more)
            )
            other, leads = f"a lead of {fewer['rows']:,}", f"{more['rows']:,}"
            yield Aim("a lead", "CPU", other, leads, 1.2, after / before)
    for start in ("", ", parsed from scratch"):
        costs = [measured["commands"].get(f"{command}{start}") for command in SAMPLE]
        if all(costs):
            way, other = SAMPLE
            ratio = costs[0]["cpu"] / costs[1]["cpu"]
            yield Aim(f"{way}{start}", "CPU", other, "the sample", 1.3, ratio)


def aims_at_size(size: dict, *, is_largest: bool) -> Iterator[Aim]:
    """Those of one number of leads: all of them where it is the largest."""
    ways, leads = size["ways"], f"{size['rows']:,}"
    name, figure = UP_TO_LEADS, "wall"
    if size["rows"] >= MILLION and {name, IN_PANDAS} <= ways.keys():
        ratio = without_start_up(size, name, figure) / ways[IN_PANDAS][figure]
        yield Aim(name, figure, IN_PANDAS, leads, 1 / 30, ratio)
    if not is_largest:
        return
    for name, most in TIMES_BY_HAND.items():
        for figure, shown in FIGURES.items():
            if name in ways:
                ratio = without_start_up(size, name, figure) / ways[BY_HAND][figure]
                yield Aim(name, shown, BY_HAND, leads, most, ratio)
    name, figure = UP_TO_LEADS, "wall"
    if {name, IN_POLARS} <= ways.keys():
        ratio = without_start_up(size, name, figure) / ways[IN_POLARS][figure]
        yield Aim(name, figure, IN_POLARS, leads, 1, ratio)
        ratio = ways[name]["memory"] / ways[IN_POLARS]["memory"]
        yield Aim(name, "peak", IN_POLARS, leads, 0.5, ratio)
    first, second = size["second_day"].values()
    ratio = second["cpu"] / first["cpu"]
    yield Aim("a second day", "CPU", "the first", leads, 0.5, ratio)
