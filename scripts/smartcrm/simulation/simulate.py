"""Runs leads through days, in many worlds at once, for policies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from smartcrm.progress import progress
from smartcrm.simulation.rules import STAGED, STORED, Rules, install
from smartcrm.warehouse import connect_in_memory
from smartcrm.world.making import SQL as WORLD_SQL
from smartcrm.world.making import begin_world, make_leads
from smartcrm.world.writing import LAST_DAY

SQL = Path(__file__).parent
ALL_HANDS = "All hands"
# policies whose teams have a list each; the others have one for all hands
BY_TEAM = ("in_force", "candidate", "crm")
# what stands for the rules of a CRM of habit
HABIT = "habit"


class Arm(NamedTuple):
    """A policy and the hands that carry it out.

    Attributes:
        policy: in_force, candidate, crm, asked, newest, intent, random or oracle.
        hands: people by team.
        rules: those that decide; of the policy intent those that count the points.
        people: those of the team that calls SQLs.
        sql_min_intent: the threshold that decides who they are.
        is_compared: whether it is one of the policies, or of the capacity curve alone.
    """

    policy: str
    hands: Mapping[str, float]
    rules: Rules | None
    people: float
    sql_min_intent: int | None = None
    is_compared: bool = True


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
    database = connect_in_memory(threads=2)
    database.execute("set TimeZone = 'UTC'")
    database.execute("attach $path as built (read_only)", {"path": str(built)})
    make_worlds(database, setup)
    every_rules = list(
        {arm.rules.name: arm.rules for arm in arms if arm.rules}.values()
    )
    populate(database, arms, setup)
    for rules in every_rules:
        install(database, rules, "built")
    days = [first_day(setup) + timedelta(day) for day in range(setup.days)]
    for day in progress(days, len(days), "Simulating days"):
        run_day(database, day, every_rules, {arm.policy for arm in arms})
    return database


def first_day(setup: Setup) -> date:
    """The day that the first lead may come on."""
    return LAST_DAY - timedelta(setup.days - 1)


def set_day(database: duckdb.DuckDBPyConnection, day: date) -> None:
    """Say which day it is, and that it ends with midnight."""
    database.execute(
        f"""
        set variable day = date '{day}';
        set variable end_at = timestamp '{day + timedelta(1)}';
        update crm.as_of set as_of_date = date '{day}';
        """
    )


def make_worlds(database: duckdb.DuckDBPyConnection, setup: Setup) -> None:
    """Make the leads of each world, and what they would do by themselves."""
    begin_world(
        database, setup.values, seed=setup.seed, last_day=LAST_DAY, days=setup.days
    )
    database.execute("create schema world")
    database.execute(read_sql("state"))
    database.execute(read_sql("habit"))
    # who would have come on a weekend, and so a little before the first day, is there
    # from its morning
    first = first_day(setup)
    for world in range(1, setup.worlds + 1):
        # no world of one seed is one of another's
        seed = f"{setup.seed}.{world}" if world > 1 else f"{setup.seed}"
        database.execute(f"set variable seed = '{seed}'")
        database.execute("set search_path = 'world,main'")
        make_leads(database, 0, setup.leads, ["leads"])
        database.execute("set search_path = 'main'")
        database.execute(
            f"""
            insert into people
            select
                {world}, lead_number, greatest(created_at::date, date '{first}'),
                source, company_size, channel, fit
            from world.people;
            insert into signals
            select
                {world}, lead_number, wave, nth, activity_type, needs_answer, points,
                strength, draw(digest, 7), draw(digest, 6),
                greatest(occurred_at, date '{first}' + occurred_at::time)
            from world.signals
            order by 11, lead_number, nth;
            insert into waves
            select
                {world}, lead_number, wave, strength,
                meant_points_of(wave_points, meant_draw), first_at, last_at,
                peak_at, win_draw, loss_draw, decision_time_of(decision_draw), lag_draw,
                sql_draw, back_draw
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
) -> None:
    """Put each arm into each world, with leads that nobody has done anything about."""
    for number, arm in enumerate(arms, 1):
        database.execute(
            "insert into arms values (?, ?, ?, ?, ?, ?)",
            [
                number,
                arm.policy,
                HABIT if arm.policy == "crm" else arm.rules and arm.rules.name,
                arm.people,
                arm.sql_min_intent,
                arm.is_compared,
            ],
        )
        hands = dict(arm.hands)
        if arm.policy not in BY_TEAM:
            hands = {ALL_HANDS: sum(hands.values())}
        for team, count in hands.items():
            database.execute(
                "insert into hands values (?, ?, ?)", [number, team, count]
            )
    database.execute(
        f"""
        insert into universes
        select row_number() over (order by arm, world), arm, world
        from arms cross join range(1, {setup.worlds + 1}) as worlds(world);
        insert into standing by name
        select
            universe,
            arm,
            world,
            lead_number,
            (100_000_000::bigint * universe + lead_number)::varchar as lead_id,
            created_on,
            'Lead' as stage,
            true as is_open,
            0 as touch_count,
            0 as untimely_count,
            0 as decided_wave,
            false as is_silent
        from universes join people using (world)
        order by universe, lead_number;
        insert into moves
        select universe, lead_number, lead_id, created_on, null, 'Lead' from standing;
        create table stages_owned as
        select stage, owner_team from built.main.lifecycle_stages;
        """
    )


def run_day(
    database: duckdb.DuckDBPyConnection,
    day: date,
    every_rules: list[Rules],
    policies: set[str],
) -> None:
    """A day: touches in the morning, what leads do, and what is decided at night."""
    set_day(database, day)
    if is_working_day(day):
        database.execute(read_sql("touches"))
    database.execute(read_sql("day"))
    database.execute("delete from lists")
    # on a day without work there are no lists
    is_listed = is_working_day(day + timedelta(1))
    for rules in every_rules:
        for model in STORED:
            database.execute(
                f"create or replace table {rules.name}.{model} as {rules.models[model]}"
            )
        if is_listed:
            database.execute(read_sql("lists").replace("RULES", rules.name))
        database.execute(read_sql("label").replace("DECIDED", f"{rules.name}.{STAGED}"))
    if is_listed and "crm" in policies:
        database.execute("set search_path = 'habit,main'")
        database.execute(read_sql("stages", WORLD_SQL))
        database.execute("set search_path = 'main'")
        database.execute(read_sql("label").replace("DECIDED", "habit.decided"))
    if is_listed:
        signals = f"{every_rules[0].name}.lead_signals"
        database.execute(read_sql("simple_lists").replace("SIGNALS", signals))
        if "oracle" in policies:
            database.execute(read_sql("oracle"))
    database.execute(read_sql("night"))


def is_working_day(day: date) -> bool:
    """Whether anybody is at work."""
    return day.isoweekday() <= 5
