"""The page and the chart of what was measured."""

from __future__ import annotations

import io
from math import log
from statistics import linear_regression

from smartcrm.benchmark.aims import FIGURES, aims_of, without_start_up
from smartcrm.benchmark.ways import BY_HAND, PLAIN

TEMPLATE = """\
# Performance

How long the project takes beside other ways to the same leads, and beside the best
statement that we can write by hand for what `leads` holds,
[`leads_by_hand.sql`](../scripts/smartcrm/benchmark/leads_by_hand.sql). `make bench`
measures it again and writes this page. A time counts only where all ways came to the
same leads, row by row and column by column.

![Processor time by number of leads](pictures/performance.svg)

{machine}

Ratios are to the statement by hand; processor time is the steadier one. Of dbt's
commands *without start-up* is what is left after as many nodes that each `select 1`.
The raw leads are Parquet files of texts, one row in 200 of which is odd: impossible
dates, unknown words, repeated ids. All of them are made up, and beyond a million the
same ones come again under other ids. The scripts read the same as CSV, and decide row
by row; their peak is that of the hungriest of the three.

## What is aimed at

Ratios that are to be no more than the aim, without dbt's start-up but for a second day
and the sample. Why the project misses some is said in
[decision 0010](decisions/0010-a-second-day-is-a-whole-build.md).

{aims}
{sizes}
## How it grows

Processor time grows with the number of leads to the power of:

{growth}
## A second day

`dbt build` on a new database, and again after one lead in a hundred has changed:

{second}
## Commands on the sample

{commands}"""


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; all but its first column are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(value: float) -> str:
    """Seconds with as many places as they deserve."""
    return f"{value:.2f} s" if value < 10 else f"{value:,.0f} s"


def gigabytes(value: float) -> str:
    """Bytes as GB."""
    return f"{value / 1e9:.2f} GB"


def rows_of(size: dict) -> list[list[str]]:
    """A row for each way: its cost, and how it compares with the statement by hand."""
    bar, rows = size["ways"][BY_HAND], []
    for name, cost in size["ways"].items():
        if name.endswith(PLAIN):
            continue
        rows.append(row_of(name, cost, bar))
        if name + PLAIN in size["ways"]:
            rest = {figure: without_start_up(size, name, figure) for figure in FIGURES}
            rest["memory"] = cost["memory"]
            rows.append(row_of(f"{name}, without start-up", rest, bar))
    return rows


def row_of(name: str, cost: dict, bar: dict) -> list[str]:
    """The cost of a way, and its ratios."""
    return [
        name,
        seconds(cost["wall"]),
        seconds(cost["cpu"]),
        gigabytes(cost["memory"]),
        *(f"{cost[figure] / bar[figure]:.2f}" for figure in ("wall", "cpu", "memory")),
    ]


def render_size(size: dict) -> str:
    """The ways for one number of leads."""
    header = ["way", "wall", "CPU", "peak", "wall ratio", "CPU ratio", "peak ratio"]
    runs = "one run" if size["repeats"] == 1 else f"medians of {size['repeats']} runs"
    title = (
        f"## {size['rows']:,} leads\n\n{size['leads']:,} of them are kept; {runs}.\n"
    )
    return f"{title}\n{table(header, rows_of(size))}"


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


def render_aims(measured: dict) -> str:
    """What each aim is, and what was measured of it."""
    header = ["way", "figure", "to", "leads", "aim", "measured", ""]
    rows = []
    for aim in aims_of(measured):
        *said, most, ratio = aim
        outcome = "reached" if aim.is_reached else "missed"
        rows.append([*said, f"{most:.3g}", f"{ratio:.3g}", outcome])
    return table(header, rows)


def render_growth(sizes: list[dict]) -> str:
    """The exponent of each way."""
    rows = []
    for name, points in costs_by_size(sizes).items():
        exponent = growth(points)
        rows.append([name, "one size" if exponent is None else f"{exponent:.2f}"])
    return table(["way", "exponent"], rows)


def render_second_day(sizes: list[dict]) -> str:
    """Both days for each size."""
    rows = []
    for size in sizes:
        first, second = size["second_day"].values()
        rows.append(
            [
                f"{size['rows']:,}",
                *(
                    seconds(day[figure])
                    for day in (first, second)
                    for figure in FIGURES
                ),
                f"{second['cpu'] / first['cpu']:.2f}",
            ]
        )
    header = ["leads", "wall", "CPU", "second wall", "second CPU", "CPU ratio"]
    return table(header, rows)


def render_commands(commands: dict) -> str:
    """What each command took."""
    rows = [
        [name, *(seconds(cost[figure]) if figure in cost else "" for figure in FIGURES)]
        for name, cost in commands.items()
    ]
    return table(["command", "wall", "CPU"], rows) if rows else "Not measured.\n"


def render_page(measured: dict) -> str:
    """The whole page."""
    machine = "; ".join(
        f"{name} {value}" for name, value in measured["machine"].items()
    )
    return TEMPLATE.format(
        machine=f"Measured with: {machine}.",
        aims=render_aims(measured),
        sizes="\n".join(map(render_size, measured["sizes"])),
        growth=render_growth(measured["sizes"]),
        second=render_second_day(measured["sizes"]),
        commands=render_commands(measured["commands"]),
    )


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
