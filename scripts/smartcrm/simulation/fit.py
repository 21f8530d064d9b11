"""Fits a world to the leads of a build, and says how well it reproduces them.

Mixes and arrivals are measured. The rest is found by simulated moments: a world is made
and measured as the data is, and its numbers are moved by what its measures are off,
until both measure the same.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

import duckdb

from smartcrm.progress import progress
from smartcrm.simulation.simulate import SQL, read_sql
from smartcrm.terminal import aligned, number
from smartcrm.warehouse import PART, connect_in_memory
from smartcrm.world.making import begin_world, make_leads
from smartcrm.world.parameters import default_values, read_parameters, set_values

MEASURES = SQL / "measures.csv"
# leads that came earlier are not looked at
LONGEST_DAYS = 1_100
# an answer that comes later counts as none
ANSWER_DAYS = 7
WORLD_LEADS = 20_000
WORLD_SEED = 1
# of a world whose mixes alone are known
UNKNOWN_DAYS = 365
MOST_ROUNDS = 12
# a measure that is off by so little is met
CLOSE = 0.02
# a measure that is off by so much, with nothing left to move, is worth a word
FAR = 0.05
# a measure gives way by less than its parameters, so they move by more than it is off
POWER = 1.25
# but not as far as a world without any wins would ask for
LONGEST_STEP = 1.0
TINY = 1e-3
# as many digits as tell two fitted numbers apart
DIGITS = 4
# without it only mixes are known; and the one whose parameter follows from it directly
ARRIVALS, AGE = "leads_per_day", "mean_age_days"
POINTS, WON = "points_per_lead", "won_share"
MIXES = ("source_share", "company_size_share")
GIVEN = (
    "Taken as given: which kinds of signals leads give, how often interest comes "
    "again, how soon the office answers, how many say no or buy elsewhere"
)

Moments = Mapping[str, "Moment"]


class Measure(NamedTuple):
    """What data and world are compared by, from measures.csv.

    Attributes:
        least: how many of what it is `taken_from` it takes to be known.
        parameters: what is moved until it is met; if none, it only shows the fit.
    """

    name: str
    label: str
    form: str
    least: int
    taken_from: str
    parameters: tuple[str, ...]

    @property
    def is_fitted(self) -> bool:
        """Whether the world is made to meet it."""
        return bool(self.parameters) or self.name in (ARRIVALS, *MIXES)

    @property
    def is_searched(self) -> bool:
        """Whether its parameters don't follow from it directly."""
        return bool(self.parameters) and self.name != AGE


class Moment(NamedTuple):
    """A measure's value, None where there is none, and how many things it is from."""

    value: float | None
    counted: int


NOTHING = Moment(None, 0)


class Compared(NamedTuple):
    """A measure of the data, and of the fitted world."""

    measure: str
    label: str
    form: str
    data: float
    world: float | None

    @property
    def ratio(self) -> float | None:
        """The world's value as a multiple of the data's."""
        return self.world / self.data if self.world is not None and self.data else None


class Fit(NamedTuple):
    """A world that is like the data, and how like it is.

    Attributes:
        values: all parameters of the world.
        leads_per_day: None where nobody knows when leads came.
        days: how many days leads came on; None likewise.
        notices: a sentence for each thing that is missing or out of reach.
    """

    values: Mapping[str, float]
    leads_per_day: float | None
    days: int | None
    compared: list[Compared]
    notices: list[str]

    def with_arrivals(self, leads_per_day: float) -> Fit:
        """The same for a simulation in which so many leads come."""
        compared = [
            row._replace(world=leads_per_day) if row.measure == ARRIVALS else row
            for row in self.compared
        ]
        return self._replace(compared=compared)


def fit_to(built: Path, world_leads: int = WORLD_LEADS) -> Fit:
    """The world that is most like the leads of a build.

    Raises:
        Fault: there is no such build, or it has no leads.
    """
    measures = read_measures()
    with connect_in_memory(threads=1) as database:
        last_day = attach_build(database, built)
        data = measured(database, "fit_build")
        known = [measure for measure in measures if is_known(measure, data)]
        is_dated = ARRIVALS in {measure.name for measure in known}
        if not is_dated:
            known = [measure for measure in known if measure.name in MIXES]
        values = direct_values(known, data)
        days = int(data["days"].value) if is_dated else None
        begin_world(
            database,
            values,
            seed=WORLD_SEED,
            last_day=last_day,
            days=days or UNKNOWN_DAYS,
        )
        start = values
        values, world = search(database, start, known, data, world_leads)
        if any(
            measure.name == WON and bounds_met(measure, data, world, values)
            for measure in known
        ):
            # no odds are enough where a CRM keeps so little of what leads do that few
            # seem to be about to buy
            serious = start["serious_points"] * shortfall(
                data, make_world(database, start, world_leads)
            )
            start["serious_points"] = within("serious_points", serious)
            values, world = search(database, start, known, data, world_leads)
    compared = compare(known, data, world)
    notices = [
        missing(measure, data)
        for measure in measures
        if measure not in known and measure.is_fitted
    ]
    notices += out_of_reach(known, data, world, values)
    if not is_dated:
        return Fit(values, None, None, compared, notices)
    rate = data[ARRIVALS].value
    return Fit(values, rate, days, compared, notices).with_arrivals(rate)


def read_measures() -> list[Measure]:
    """The measures, in the order that they are shown in."""
    with MEASURES.open(encoding="utf-8", newline="") as file:
        return [
            Measure(
                name=row["measure"],
                label=row["label"],
                form=row["form"],
                least=int(row["least"]),
                taken_from=row["taken_from"],
                parameters=tuple(row["parameters"].split()),
            )
            for row in csv.DictReader(file)
        ]


def attach_build(database: duckdb.DuckDBPyConnection, built: Path) -> date:
    """Attach a build, and return the day that its leads are judged on.

    Raises:
        Fault: it is no database, no finished build, or has no leads.
    """
    if not built.is_file():
        raise Fault(f"LIKE: there is no database {built}; name that of a `dbt build`")
    try:
        database.execute("attach $path as built (read_only)", {"path": str(built)})
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].split("Error: ")[-1]
        what = f"LIKE: {built} can't be opened: {reason}"
        raise Fault(f"{what}; name the database of a `dbt build`") from None
    try:
        last_day, lead_count, is_whole = database.execute(
            "select as_of_date, (select count(*) from built.main.stg_leads), is_whole"
            " from built.main.as_of, built.main.build_status"
        ).fetchone()
        for name, value in {
            "last_day": last_day,
            "longest_days": LONGEST_DAYS,
            "answer_days": ANSWER_DAYS,
        }.items():
            database.execute(f"set variable {name} = $value", {"value": value})
        database.execute(read_sql("fit_build"))
    except (duckdb.CatalogException, duckdb.BinderException, TypeError):
        raise Fault(
            f"LIKE: {built} has no finished build; run `dbt build` first"
        ) from None
    if not is_whole:
        raise Fault(f"LIKE: {built}: {PART}")
    if not lead_count:
        raise Fault(
            f"LIKE: {built} has no leads, so there is nothing to fit a world to"
        )
    return last_day


def measured(database: duckdb.DuckDBPyConnection, whose: str) -> Moments:
    """What is measured of the leads that a step shows: the build's or the world's."""
    database.execute(read_sql(whose))
    database.execute(read_sql("fit"))
    rows = database.execute("from moments").fetchall()
    return {name: Moment(value, counted) for name, value, counted in rows}


def is_known(measure: Measure, data: Moments) -> bool:
    """Whether there is enough to take a measure from."""
    found = data.get(measure.name, NOTHING)
    return found.value is not None and found.counted >= measure.least


def missing(measure: Measure, data: Moments) -> str:
    """What a measure lacks, in a sentence."""
    counted = data.get(measure.name, NOTHING).counted
    lack = f"{counted:,} {measure.taken_from}, {measure.least} are needed"
    if counted >= measure.least:
        lack = "too few leads whose first day is known"
    return f"{measure.label}: {lack}; the documented numbers stand"


def direct_values(known: list[Measure], data: Moments) -> dict[str, float]:
    """The documented numbers, but mixes and growth as they are measured."""
    values = default_values()
    names = {measure.name for measure in known}
    for mix in names.intersection(MIXES):
        for name in values:
            if name.startswith(f"{mix}."):
                values[name] = within(name, value_of(data, name))
    if AGE in names:
        # a lead's age is days * u * (evenness + (1 - evenness) * u), for an even u
        mean_share = data[AGE].value / data["days"].value
        values["arrival_evenness"] = within("arrival_evenness", 6 * mean_share - 2)
    return values


def within(name: str, value: float) -> float:
    """The value of a parameter that is nearest to a number."""
    parameter = read_parameters()[name]
    return min(max(round(value, DIGITS), parameter.least), parameter.most)


def search(
    database: duckdb.DuckDBPyConnection,
    values: Mapping[str, float],
    known: list[Measure],
    data: Moments,
    world_leads: int,
) -> tuple[dict[str, float], Moments]:
    """Move numbers of the world until it measures as the data does.

    Returns:
        The numbers that came nearest, and what their world measures.
    """
    searched = [measure for measure in known if measure.is_searched]
    start = dict(values)
    factors = {measure.name: 1.0 for measure in searched}
    best = (math.inf, start, {})
    for _ in progress(range(MOST_ROUNDS), MOST_ROUNDS, "Fitting the world"):
        tried = dict(start)
        for measure in searched:
            for name in measure.parameters:
                tried[name] = within(name, start[name] * factors[measure.name])
        world = make_world(database, tried, world_leads)
        distances = []
        for measure in searched:
            found = world.get(measure.name, NOTHING).value
            far = how_far(data[measure.name].value, found)
            step = math.exp(POWER * min(max(far, -LONGEST_STEP), LONGEST_STEP))
            factor = factors[measure.name]
            factors[measure.name] = reachable(measure, start, factor * step)
            # the nearest world is told by those that anything is left to move for
            if factors[measure.name] != factor:
                distances.append(abs(far))
        distance = sum(each**2 for each in distances)
        if not best[2] or distance < best[0]:
            best = (distance, tried, world)
        if all(each < CLOSE for each in distances):
            break
    return best[1], best[2]


def make_world(
    database: duckdb.DuckDBPyConnection, values: Mapping[str, float], leads: int
) -> Moments:
    """What is measured of a world that is made by these numbers."""
    set_values(database, values)
    make_leads(database, 0, leads)
    return measured(database, "fit_world")


def shortfall(data: Moments, world: Moments) -> float:
    """The share of a world's points per lead that the data has; all of them at most."""
    points = [moments.get(POINTS, NOTHING).value for moments in (data, world)]
    return min(1.0, points[0] / points[1]) if all(points) else 1.0


def how_far(data: float, world: float | None) -> float:
    """The logarithm of how many times too low a measure of the world is.

    It is 0 where the world has none: nothing says which way to go.
    """
    if world is None:
        return 0.0
    return math.log(max(data, TINY) / max(world, TINY))


def reachable(measure: Measure, start: Mapping[str, float], factor: float) -> float:
    """The factor that is nearest and keeps each of a measure's parameters in bounds."""
    known = read_parameters()
    for name in measure.parameters:
        if start[name]:
            least, most = (
                end / start[name] for end in (known[name].least, known[name].most)
            )
            factor = min(max(factor, least), most)
    return factor


def compare(known: list[Measure], data: Moments, world: Moments) -> list[Compared]:
    """Each measure of data and world; of a mix the kind that is farthest off."""
    rows = []
    for measure in known:
        name = measure.name
        label = measure.label
        if name in MIXES:
            name = max(
                (kind for kind in data if kind.startswith(f"{name}.")),
                key=lambda kind: abs(data[kind].value - value_of(world, kind)),
            )
            label = f"{label} {name.partition('.')[2]}, the farthest off"
        found = world.get(name, NOTHING).value
        rows.append(
            Compared(measure.name, label, measure.form, data[name].value, found)
        )
    return rows


def value_of(moments: Moments, name: str) -> float:
    """The share of a kind, which is 0 where there is none of it."""
    return moments.get(name, NOTHING).value or 0.0


def bounds_met(
    measure: Measure, data: Moments, world: Moments, values: Mapping[str, float]
) -> list[str]:
    """The parameters whose bounds keep a measure of the world far from the data's."""
    found = world.get(measure.name, NOTHING).value
    if abs(how_far(data[measure.name].value, found)) < FAR:
        return []
    known = read_parameters()
    return [
        name
        for name in measure.parameters
        for bound in (known[name].least, known[name].most)
        # a number that is multiplied comes as near to 0 as it likes
        if abs(values[name] - bound) <= FAR * known[name].value
    ]


def out_of_reach(
    known: list[Measure], data: Moments, world: Moments, values: Mapping[str, float]
) -> list[str]:
    """A sentence for each measure that no world can meet."""
    notices = []
    for measure in known:
        if not measure.parameters:
            continue
        value = shown(measure.form, data[measure.name].value)
        start = f"{measure.label}: {value} in your data is out of reach"
        stuck = bounds_met(measure, data, world, values)
        if stuck:
            bounds = " and ".join(f"{name}={values[name]:g}" for name in stuck)
            notices.append(f"{start}; the world goes no further than {bounds}")
        elif measure.name not in world:
            notices.append(f"{start}; the fitted world has no wins to tell")
    return notices


def shown(form: str, value: float | None) -> str:
    """A share or a number in words."""
    if value is None:
        return "-"
    return f"{value:.1%}" if form == "share" else number(value)


def render_fit(fit: Fit) -> str:
    """How well the fit reproduces the data, as text for a terminal."""
    rows = [["measure", "your data", "the fitted world", "ratio"]]
    for row in fit.compared:
        ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
        rows.append(
            [row.label, shown(row.form, row.data), shown(row.form, row.world), ratio]
        )
    defaults = default_values()
    moved = [["parameter", "fitted", "documented"]]
    moved += [
        [name, f"{value:g}", f"{defaults[name]:g}"]
        for name, value in fit.values.items()
        if value != defaults[name] and "." not in name
    ]
    tables = [aligned(table) for table in (rows, moved) if len(table) > 1]
    return "\n".join(["\n\n".join(tables), *fit.notices, GIVEN])
