"""Runs leads through days, in many worlds at once, for several policies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from smartcrm.progress import progress
from smartcrm.simulation.rules import STORED, Rules, install
from smartcrm.world.parameters import set_values

SQL = Path(__file__).parent
WORLD_SQL = SQL.parents[0] / "world"
ACTIVITY_TYPES = SQL.parents[2] / "seeds" / "activity_types.csv"
LAST_DAY = date(2026, 10, 31)
ALL_HANDS = "All hands"


class Arm(NamedTuple):
    """A policy and the hands that carry it out.

    Attributes:
        policy: rules, crm, newest, intent, random or oracle.
        rules: those that decide, for the policy rules.
        hands: people by team.
        scale: how many times today's hands that is.
    """

    policy: str
    hands: Mapping[str, float]
    rules: Rules | None = None
    scale: float = 1.0
    sql_min_intent: int | None = None


class Setup(NamedTuple):
    """How big the simulation is, and by what numbers its worlds are made."""

    values: Mapping[str, float]
    leads: int = 2000
    days: int = 365
    worlds: int = 8
    seed: int = 1


def read_sql(name: str, folder: Path = SQL) -> str:
    """The text of a step."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8")


def simulate(
    built: Path, arms: Iterable[Arm], setup: Setup
) -> duckdb.DuckDBPyConnection:
    """Run all arms in all worlds, day by day.

    Args:
        built: the database of the last build, which has thresholds and ledger.

    Returns:
        A connection to what came of it: state.sql says which tables there are.

    Raises:
        Fault: the rules can't decide about simulated leads.
    """
    arms = list(arms)
    database = duckdb.connect(config={"threads": 2})
    database.execute("set TimeZone = 'UTC'")
    database.execute("attach $path as built (read_only)", {"path": str(built)})
    set_day(database, first_day(setup))
    make_worlds(database, setup)
    every_rules = list({arm.rules.name: arm.rules for arm in arms if arm.rules}.values())
    populate(database, arms, setup, every_rules)
    for rules in every_rules:
        install(database, rules, "built")
    days = [first_day(setup) + timedelta(day) for day in range(setup.days)]
    for day in progress(days, len(days), "Simulating days"):
        run_day(database, day, every_rules)
    return database


def first_day(setup: Setup) -> date:
    """The day that the first lead may come on."""
    return LAST_DAY - timedelta(setup.days - 1)


def set_day(database: duckdb.DuckDBPyConnection, day: date) -> None:
    """Say which day it is."""
    database.execute(f"set variable day = date '{day}'")


def make_worlds(database: duckdb.DuckDBPyConnection, setup: Setup) -> None:
    """Make the leads of each world, and what they would do by themselves."""
    for name, value in {
        "seed": str(setup.seed),
        "id_digits": 7,
        "activity_types": str(ACTIVITY_TYPES),
        "last_day": LAST_DAY,
        "end_at": datetime.combine(LAST_DAY + timedelta(1), time()),
        "arrival_days": setup.days,
        "first_lead": 0,
        "end_lead": setup.leads,
    }.items():
        database.execute(f"set variable {name} = $value", {"value": value})
    set_values(database, setup.values)
    database.execute(read_sql("laws", WORLD_SQL))
    database.execute("create schema world")
    database.execute(read_sql("state"))
    for world in range(1, setup.worlds + 1):
        database.execute(f"set variable seed = '{setup.seed + world - 1}'")
        database.execute("set search_path = 'world,main'")
        database.execute(read_sql("leads", WORLD_SQL))
        database.execute("set search_path = 'main'")
        database.execute(
            f"""
            insert into people
            select
                {world}, lead_number, created_at::date, source, company_size, channel,
                fit
            from world.people;
            insert into signals
            select
                {world}, lead_number, wave, nth, activity_type, needs_answer, points,
                strength, draw(digest, 7), draw(digest, 6), occurred_at
            from world.signals
            order by occurred_at, lead_number, nth;
            insert into waves
            select
                {world}, lead_number, wave, strength, wave_points, first_at, last_at,
                peak_at, win_draw, loss_draw, decision_draw, lag_draw, sql_draw, back_draw
            from world.waves
            join (
                select
                    lead_number,
                    wave,
                    sum(points)::bigint as wave_points,
                    min(occurred_at) as first_at,
                    max(occurred_at) as last_at
                from world.signals
                group by lead_number, wave
            ) as done using (lead_number, wave)
            order by lead_number, wave;
            """
        )
    database.execute(f"set variable seed = '{setup.seed}'")


def populate(
    database: duckdb.DuckDBPyConnection,
    arms: list[Arm],
    setup: Setup,
    every_rules: list[Rules],
) -> None:
    """Put each arm into each world, with leads that nobody has done anything about."""
    for number, arm in enumerate(arms, 1):
        # the highest intent is that of the rules in force; a CRM of habit sees all
        rules = arm.rules.name if arm.rules else None
        if arm.policy == "intent":
            rules = every_rules[0].name
        if arm.policy == "crm":
            rules = "habit"
        database.execute(
            "insert into arms values (?, ?, ?, ?, ?)",
            [number, arm.policy, rules, arm.scale, arm.sql_min_intent],
        )
        hands = dict(arm.hands)
        if arm.policy not in ("rules", "candidate", "crm"):
            hands = {ALL_HANDS: sum(hands.values())}
        for team, count in hands.items():
            database.execute("insert into hands values (?, ?, ?)", [number, team, count])
    database.execute(
        f"""
        insert into universes
        select row_number() over (order by arm, world), arm, world
        from arms cross join range(1, {setup.worlds + 1}) as worlds(world);
        insert into standing
        select
            universe, arm, world, lead_number, concat(universe, '-', lead_number),
            created_on, 'Lead', true, 0, 0, 0, null, false, null, null, null, null,
            null, null
        from universes join people using (world)
        order by universe, lead_number;
        insert into moves
        select universe, lead_number, lead_id, created_on, null, 'Lead' from standing;
        create table stages_owned as
        select stage, owner_team from built.main.lifecycle_stages;
        """
    )


def run_day(
    database: duckdb.DuckDBPyConnection, day: date, every_rules: list[Rules]
) -> None:
    """A day: touches in the morning, what leads do, and what is decided at night."""
    set_day(database, day)
    if day.isoweekday() <= 5:
        database.execute(read_sql("touches"))
    database.execute(read_sql("day"))
    database.execute("delete from lists")
    for rules in every_rules:
        database.execute(
            f"create or replace table {rules.name}.{STORED} as {rules.models[STORED]}"
        )
        database.execute(read_sql("decide").replace("RULES", rules.name))
        database.execute(read_sql("label"))
    signals = f"{every_rules[0].name}.{STORED}"
    database.execute(read_sql("simple_lists").replace("SIGNALS", signals))
    database.execute(read_sql("night"))
