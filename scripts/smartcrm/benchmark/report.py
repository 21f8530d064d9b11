"""The page and the chart of what was measured."""

from __future__ import annotations

import io
from collections.abc import Iterator
from math import log
from statistics import linear_regression

from smartcrm.benchmark.aims import FIGURES, aims_of, without_start_up
from smartcrm.benchmark.ways import BY_HAND, PLAIN
from smartcrm.pages.rendering import render

PAGE, SIZE = "documents/performance.md", "documents/performance.size.md"


def seconds(value: float) -> str:
    """Seconds with as many places as they deserve."""
    return f"{value:.2f} s" if value < 10 else f"{value:,.0f} s"


def compared(size: dict) -> Iterator[tuple[str, dict, list[float]]]:
    """What each way costs, as a multiple of the statement by hand, too."""
    bar = size["ways"][BY_HAND]
    for name, cost in size["ways"].items():
        costs = {} if name.endswith(PLAIN) else {name: cost}
        if name + PLAIN in size["ways"]:
            rest = {figure: without_start_up(size, name, figure) for figure in FIGURES}
            costs[f"{name}, without start-up"] = cost | rest
        for shown, each in costs.items():
            yield shown, each, [each[figure] / bar[figure] for figure in bar]


FILTERS = {"seconds": seconds, "compared": compared}


def render_size(size: dict) -> str:
    """The ways for one number of leads."""
    return render(SIZE, {"size": size}, FILTERS)


def costs_by_size(sizes: list[dict]) -> dict[str, list[tuple[int, float]]]:
    """For each way the number of leads and seconds of CPU, without dbt's start-up."""
    found: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        for name in size["ways"]:
            if not name.endswith(PLAIN):
                rest = without_start_up(size, name, "cpu")
                found.setdefault(name, []).append((size["rows"], rest))
    return found


def growth(points: list[tuple[int, float]]) -> float | None:
    """The exponent that fits; of a million leads and more, where sizes allow."""
    large = [point for point in points if point[0] >= 1_000_000]
    chosen = large if len(large) > 1 else points
    if len(chosen) < 2:
        return None
    logs = [(log(rows), log(cost)) for rows, cost in chosen]
    return linear_regression(*zip(*logs, strict=True)).slope


def render_page(measured: dict) -> str:
    """The whole page."""
    costs = costs_by_size(measured["sizes"])
    values = {
        "aims": aims_of(measured),
        "growth": {name: growth(points) for name, points in costs.items()},
    }
    return render(PAGE, measured | values, FILTERS)


def render_chart(sizes: list[dict]) -> str:
    """Seconds of CPU by number of leads, both logarithmic, as SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "performance", "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.subplots()
        for name, points in costs_by_size(sizes).items():
            axes.plot(*zip(*points, strict=True), marker="o", label=name)
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="leads",
            ylabel="seconds of CPU, without dbt's start-up",
        )
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3)
        axes.grid(visible=True, alpha=0.3)
        drawn = io.StringIO()
        figure.savefig(
            drawn, format="svg", metadata={"Date": None}, bbox_inches="tight"
        )
    return drawn.getvalue()
