"""Runs a team's rules day by day in made-up worlds, beside other ways to choose whom to
call, and says what each comes to.

The rules are those of the last `dbt build`; SET is a candidate, such as
sql_min_intent=60. LIKE names a build whose leads the worlds are to resemble. All leads
are synthetic, and so is what they do: docs/simulation.md says what is assumed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from smartcrm.faults import Fault, command

from rich.console import Console

from smartcrm.files.atomic import put_text, write_together
from smartcrm.files.spreadsheet_csv import export
from smartcrm.options import add_out
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import read_parts
from smartcrm.rules.candidate import read_settings
from smartcrm.simulation.arms import (
    build_candidate,
    compared,
    curve,
    read_hands,
    read_teams,
)
from smartcrm.simulation.fit import Fit, fit_to, render_fit
from smartcrm.simulation.report import describe, render_text
from smartcrm.simulation.simulate import Setup, simulate
from smartcrm.warehouse import database_path, outputs_folder
from smartcrm.world.parameters import default_values

# the bounds of what is asked for; a year of ten thousand leads takes about a minute
BOUNDS = {
    "arrivals": (50, 100_000),
    "days": (30, 1_100),
    "worlds": (1, 200),
    "seed": (0, 999_999_999),
}
DEFAULTS = {"arrivals": "2000", "days": "365"}

# what is written as a CSV, and in which order
CSVS = {
    "policies": "customers desc, policy",
    "worlds": "not is_compared, policy, sql_min_intent, people, world",
    "teams": "policy, team",
    "lists": "policy, team, week_from",
    "stages": "policy, day, stage",
    "flows": "policy, week_from, from_stage nulls first, stage",
    "capacity": "people, sql_min_intent",
}


def read_setup(arguments: argparse.Namespace) -> Setup:
    """How big the simulation is.

    Raises:
        Fault: a number is out of its bounds.
    """
    numbers = {}
    for name, (least, most) in BOUNDS.items():
        text = getattr(arguments, name)
        text = DEFAULTS[name] if text is None else text
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise Fault(
                f"{name.upper()}: give a whole number from {least:,} to {most:,}, not "
                f"'{text}'"
            )
        numbers[name] = int(text)
    return Setup(
        values=default_values(),
        leads=numbers["arrivals"],
        days=numbers["days"],
        worlds=numbers["worlds"],
        seed=numbers["seed"],
    )


def resembling(fit: Fit, setup: Setup, arguments: argparse.Namespace) -> Setup:
    """The same for a fitted world, with its days and leads a day if none are given."""
    days, leads = setup.days, setup.leads
    if fit.leads_per_day is not None:
        if arguments.days is None:
            days = in_bounds("days", fit.days)
        if arguments.arrivals is None:
            leads = in_bounds("arrivals", round(fit.leads_per_day * days))
    return setup._replace(values=fit.values, days=days, leads=leads)


def render_size(fit: Fit, setup: Setup, *, is_given: bool) -> str:
    """How many leads come, and where the data would bring others, how many."""
    text = f"Each world has {setup.leads:,} leads in {setup.days:,} days"
    would = round((fit.leads_per_day or 0) * setup.days)
    if is_given or fit.leads_per_day is None or would == setup.leads:
        return text
    bound = "fewest" if would < setup.leads else "most"
    return f"{text}, the {bound} that there can be; your data would bring {would:,}"


def in_bounds(name: str, value: int) -> int:
    """The number within its bounds that is nearest."""
    least, most = BOUNDS[name]
    return min(max(value, least), most)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the simulation is done, 2 when it can't be run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="*", metavar="SET", help="a threshold's candidate")
    parser.add_argument("--hands", help="people by team: SDRs / AEs=2,Marketing Ops=3")
    parser.add_argument("--arrivals", help="leads that come to a world")
    parser.add_argument("--days", help="days that a world runs for")
    parser.add_argument("--like", help="the database of a build to resemble")
    parser.add_argument("--worlds", default="8", help="worlds to take the mean of")
    parser.add_argument("--seed", default="1", help="the same seed, the same worlds")
    parser.add_argument(
        "--sweep", help="yes: other thresholds of SQL too, for each number of people"
    )
    add_out(parser, outputs_folder())
    arguments = parser.parse_args(argv)
    setup = read_setup(arguments)
    if arguments.sweep not in (None, "yes", "no"):
        raise Fault(f"SWEEP takes yes or no, not '{arguments.sweep}'")
    if arguments.like == "":
        raise Fault("LIKE is empty; name the database of a build, or leave it out")
    settings = read_settings(arguments.set)
    built = database_path()
    hands = read_hands(arguments.hands, list(read_teams(built).values()))
    if arguments.like:
        fit = fit_to(Path(arguments.like))
        setup = resembling(fit, setup, arguments)
        print(render_fit(fit.with_arrivals(setup.leads / setup.days)))
        print(render_size(fit, setup, is_given=arguments.arrivals is not None))
        print()
    with Console(stderr=True).status("Reading the rules"):
        candidate = build_candidate(settings)
        arms = [
            *compared(built, hands, candidate),
            *curve(built, hands, is_sweep=arguments.sweep == "yes"),
        ]
    html = arguments.out / "simulation.html"
    csvs = {name: arguments.out / f"simulation_{name}.csv" for name in CSVS}
    with write_together() as begin:
        # begun first, so that a folder that can't be written is told at once
        begin(html)
        with simulate(built, arms, setup) as database:
            page = describe(read_parts(database, "pages/simulation.sql"), settings)
            for name, order in CSVS.items():
                export(database, f"part_{name}", begin(csvs[name]), order=order)
        put_text(begin(html), render_page("simulation", page))
    print(render_text(page), html, *csvs.values(), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
