"""The ways to the leads, side by side, for one number of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile, rmtree

from smartcrm.benchmark.compare import check_equal
from smartcrm.benchmark.data import write_csv, write_next_day, write_raw_leads
from smartcrm.benchmark.dbt_project import UNTESTED, DbtProject
from smartcrm.benchmark.measure import Cost, middle, run

SCRIPTS = Path(__file__).parents[2]
PANDAS = ("stages", "feedback_flags", "nurture_tracks")
BY_HAND = "one statement by hand"
IN_PANDAS = "pandas scripts"
IN_POLARS = "polars, lazy and streaming"
UP_TO_LEADS = "up to leads"
# what dbt takes for a way's number of nodes, whatever is in them
PLAIN = ": select 1"

# models and the history that they read, once the seeds are there
MODELS = ("build", *UNTESTED, "seed")


def measure_size(
    root: Path, scratch: Path, rows: int, repeats: int, *, has_pandas: bool
) -> dict:
    """What each way costs, once all of them have come to the same leads.

    Raises:
        Fault: a way failed, or its leads differ.
    """
    folder = scratch / str(rows)
    folder.mkdir()
    raw, by_hand = folder / "raw.parquet", folder / "by_hand.parquet"
    write_raw_leads(raw, rows)
    ways = {BY_HAND: lambda: run_python(folder, "by_hand", raw, by_hand)}
    costs = {BY_HAND: ways[BY_HAND]()}
    project = DbtProject(root, folder / "project", {"leads_path": raw})
    up_to_leads = (*MODELS, "--select", "+leads")
    project.from_nothing(*up_to_leads, seeds=True)
    count = check_equal(by_hand, project.database, "dbt build --select +leads")
    ways |= dbt_ways(project, folder, up_to_leads)
    polars = folder / "polars.parquet"
    ways[IN_POLARS] = lambda: run_python(folder, "polars_way", raw, polars)
    ways[IN_POLARS]()
    check_equal(by_hand, polars, "polars")
    if has_pandas:
        write_csv(raw, folder / "raw.csv")
        last = folder / f"{PANDAS[-1]}.csv"
        costs[IN_PANDAS] = run_pandas(folder)
        check_equal(by_hand, last, IN_PANDAS)
        if repeats > 1:
            ways[IN_PANDAS] = lambda: run_pandas(folder)
    costs |= {name: middle(way, repeats) for name, way in ways.items()}
    second = measure_second_day(project, raw, repeats)
    rmtree(folder)
    return {
        "rows": rows,
        "leads": count,
        "repeats": repeats,
        "ways": {name: cost._asdict() for name, cost in costs.items()},
        "second_day": {name: cost._asdict() for name, cost in second.items()},
    }


def dbt_ways(
    project: DbtProject, folder: Path, up_to_leads: tuple
) -> dict[str, Callable[[], Cost]]:
    """Three commands of the project, and each in as many nodes that select 1."""
    commands = {
        UP_TO_LEADS: (up_to_leads, True),
        "all models": (("build", *UNTESTED), False),
        "all models and tests": (("build",), False),
    }
    ways = {}
    for number, (name, (words, seeds)) in enumerate(commands.items()):
        project.from_nothing(*words, seeds=seeds)
        plain = project.as_many_plain(folder / f"plain_{number}", project.nodes_run())
        plain_words = MODELS if seeds else words
        plain.from_nothing(*plain_words)
        ways[name] = lambda words=words, seeds=seeds: project.from_nothing(
            *words, seeds=seeds
        )
        ways[name + PLAIN] = lambda plain=plain, words=plain_words: plain.from_nothing(
            *words
        )
    return ways


def measure_second_day(project: DbtProject, raw: Path, repeats: int) -> dict[str, Cost]:
    """A build, and another on the same database after 1 % of the leads changed."""
    today, later = raw.with_name("today.parquet"), raw.with_name("later.parquet")
    copyfile(raw, today)
    write_next_day(today, later)
    costs: dict[str, list[Cost]] = {"first day": [], "second day": []}
    for _ in range(repeats):
        copyfile(today, raw)
        costs["first day"].append(project.from_nothing("build"))
        copyfile(later, raw)
        costs["second day"].append(project.dbt("build"))
    return {
        name: middle(iter(runs).__next__, len(runs)) for name, runs in costs.items()
    }


def run_python(folder: Path, module: str, *words: str | Path) -> Cost:
    """What a module of the benchmark costs in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-m", f"smartcrm.benchmark.{module}", *words]
    return run(command, folder, env)


def run_pandas(folder: Path) -> Cost:
    """What the three scripts cost, one after the other; the peak is the highest."""
    total, source = Cost(0, 0, 0), folder / "raw.csv"
    for script in PANDAS:
        target = folder / f"{script}.csv"
        total += run_python(folder, "pandas_way", script, source, target)
        source = target
    return total
