"""The simulated flow of leads: it decides as dbt does, and ranks policies right."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import duckdb
import pytest

from conftest import DATA, UNTESTED, Project
from smartcrm.pages.rendering import Parts, read_parts
from smartcrm.simulation.arms import compared, curve
from smartcrm.simulation.rules import read_rules
from smartcrm.simulation.simulate import (
    LAST_DAY,
    WORLD_SQL,
    Arm,
    Setup,
    first_day,
    make_worlds,
    read_sql,
    set_day,
    simulate,
)
from smartcrm.world.parameters import default_values, read_parameters, sample_values

TEAMS = ("SDRs / AEs", "Marketing Ops", "Marketing")
HANDS = dict.fromkeys(TEAMS, 0.4)
# days cost time, worlds next to none
SETUP = Setup(default_values(), leads=400, days=40, worlds=6, seed=7)

Simulate = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def run(sample: Project) -> Iterator[Simulate]:
    """Simulates by the rules of the sample's build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(sample.target))

        def run(*arms: Arm, setup: Setup = SETUP) -> duckdb.DuckDBPyConnection:
            return simulate(sample.database, arms, setup)

        yield run


@pytest.fixture(scope="module")
def done(run: Simulate, sample: Project) -> duckdb.DuckDBPyConnection:
    """All policies, ever more hands, and rules that leave alone who is Active."""
    arms = list(compared(sample.database, HANDS, None))
    more = [arms[0]._replace(people=n, is_compared=False) for n in (2, 20)]
    hands = [HANDS | {TEAMS[0]: arm.people} for arm in more]
    worse = read_rules("worse")
    line = "CASE WHEN NOT unanswered_at IS NULL"
    case = worse.models["leads_with_work"]
    assert case.count(line) == 1
    worse.models["leads_with_work"] = case.replace(
        line, f"CASE WHEN engagement_health = 'Active' THEN 'nurtured' {line[5:]}"
    )
    return run(
        *arms,
        *(arm._replace(hands=each) for arm, each in zip(more, hands, strict=True)),
        arms[0]._replace(policy="candidate", rules=worse),
    )


@pytest.fixture(scope="module")
def parts(done: duckdb.DuckDBPyConnection) -> Parts:
    return read_parts(done, "pages/simulation.sql")


def test_nobody_beats_who_knows_the_truth_and_chance_beats_nobody(parts: Parts) -> None:
    policies = {row["policy"]: row for row in parts["policies"]}
    best = policies["oracle"]["customers"]
    assert best > 0
    for name, row in policies.items():
        # what policies differ by from today's rules, world by world, is sure to
        assert row["more_customers_low"] <= policies["oracle"]["more_customers_high"]
        if name not in ("oracle", "random", "candidate"):
            assert row["customers"] >= policies["random"]["customers"], name
    in_force = policies["in_force"]
    assert policies["random"]["more_customers_high"] < 0
    assert in_force["customers"] > 0.5 * best


def test_rules_that_leave_the_keen_alone_show_up(parts: Parts) -> None:
    worse = next(row for row in parts["policies"] if row["policy"] == "candidate")
    assert worse["more_customers_high"] < 0
    assert worse["share_of_oracle"] < 0.5


def test_more_hands_never_lose_customers(parts: Parts) -> None:
    curve = {row["people"]: row for row in parts["capacity"]}
    assert list(curve) == [0.4, 2, 20]
    assert curve[0.4]["is_today"]
    assert curve[2]["customers"] >= curve[0.4]["customers"]
    assert curve[20]["customers_high"] >= curve[2]["customers"]
    assert curve[2]["touches"] > curve[0.4]["touches"]


def test_no_more_is_done_than_hands_can(done: duckdb.DuckDBPyConnection) -> None:
    per_person = read_parameters()["touches_per_day"].value
    [[most]] = done.execute(
        """
        select max(touches) from (
            select universe, touched_at::date, count(*) / sum(distinct total) as touches
            from contacts
            join universes using (universe)
            join (select arm, sum(hands) as total from hands group by arm) using (arm)
            group by all
        )
        """
    ).fetchall()
    assert 0 < most <= per_person
    assert done.execute(
        "select distinct isodow(touched_at) from contacts order by 1"
    ).fetchall() == [(day,) for day in range(1, 6)]


def test_every_lead_is_counted_once(
    done: duckdb.DuckDBPyConnection, parts: Parts
) -> None:
    assert done.execute(
        "select distinct count(*), count(distinct lead_id) from standing"
        " group by universe"
    ).fetchall() == [(SETUP.leads, SETUP.leads)]
    last = [row for row in parts["stages"] if row["day"] == LAST_DAY]
    for policy in {row["policy"] for row in parts["policies"]}:
        stood = sum(row["leads"] for row in last if row["policy"] == policy)
        assert stood == pytest.approx(SETUP.leads, abs=0.5), policy
        came = sum(
            row["leads"]
            for row in parts["flows"]
            if row["policy"] == policy and row["from_stage"] is None
        )
        assert came == pytest.approx(SETUP.leads, abs=0.5), policy
        won = next(row for row in parts["policies"] if row["policy"] == policy)
        customers = sum(
            row["leads"]
            for row in last
            if row["policy"] == policy and row["stage"] == "Customer"
        )
        assert won["customers"] == pytest.approx(customers, abs=0.1)


def test_it_decides_as_a_build_of_the_day_does(
    done: duckdb.DuckDBPyConnection, project: Project
) -> None:
    # the CRM of a universe before last night's stages were imported
    universe = "universe = (select min(universe) from universes)"
    tables = {
        "leads": f"""
            select
                lead_id,
                standing.created_on as created_at,
                (
                    select arg_max(moves.stage, (day, rowid))
                    from moves
                    where moves.lead_id = standing.lead_id and day <= '{LAST_DAY}'
                ) as funnel_stage,
                source,
                company_size,
                channel as engagement_channel
            from standing
            join people using (world, lead_number)
            where {universe} and is_open
        """,
        "activities": f"""
            select
                lead_id,
                strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') as occurred_at,
                activity_type
            from activities
            where {universe} and occurred_at < date '{LAST_DAY}' + 1
        """,
        "stage_changes": f"""
            select
                lead_id,
                stage,
                strftime(day + to_hours(6), '%Y-%m-%dT%H:%M:%SZ') as entered_at
            from moves
            semi join (from standing where is_open) as open using (lead_id)
            where {universe} and day <= '{LAST_DAY}'
        """,
    }
    paths = {f"{name}_path": project.scratch / f"{name}.csv" for name in tables}
    for sql, path in zip(tables.values(), paths.values(), strict=True):
        done.sql(sql).write_csv(str(path))
    result = project.dbt(
        *("build", "--select", "+lead_work", *UNTESTED),
        **paths,
        as_of_date=str(LAST_DAY),
    )
    assert result.returncode == 0, result.stdout
    for model, columns in {
        "leads_with_stages": "lead_id, stage_rule, intent_score, days_since_engaged",
        "lead_work": "lead_id, owner_team, work_rule, priority, due_on",
    }.items():
        of_universe = f"lead_id in (select lead_id from standing where {universe})"
        simulated = done.execute(
            f"select {columns} from in_force.{model} where {of_universe} order by 1"
        ).fetchall()
        assert len(simulated) > 50
        assert project.rows(f"select {columns} from {model} order by 1") == simulated


def test_the_rules_never_see_the_truth(done: duckdb.DuckDBPyConnection) -> None:
    known = {
        column
        for (column,) in done.execute(
            "select column_name from duckdb_columns() where schema_name = 'crm'"
        ).fetchall()
    }
    assert known == {
        *("rules", "lead_id", "created_at", "funnel_stage", "source", "company_size"),
        *("engagement_channel", "activity_type", "row_count", "has_time_of_day"),
        *("occurred_at", "stage", "entered_at", "as_of_date"),
    }


def test_the_same_seed_gives_the_same_and_another_does_not(
    run: Simulate, sample: Project
) -> None:
    setup = SETUP._replace(leads=120, days=12, worlds=2)
    arms = (
        Arm("in_force", HANDS, read_rules("in_force"), 0.4, 70),
        Arm("random", HANDS, None, 0.4),
    )
    first, other = (
        read_parts(run(*arms, setup=each), "pages/simulation.sql")
        for each in (setup, setup._replace(seed=8))
    )
    assert first["worlds"] != other["worlds"]

    # again, and another threshold beside them, which decides for itself alone
    swept = list(curve(sample.database, HANDS, is_sweep=True))
    (strict,) = (arm for arm in swept if (arm.people, arm.sql_min_intent) == (1, 90))
    again = read_parts(
        run(*arms, strict._replace(hands=HANDS, people=0.4), setup=setup),
        "pages/simulation.sql",
    )
    others = [row for row in again["worlds"] if row["sql_min_intent"] != 90]
    assert others == first["worlds"]
    today, stricter = (
        sum(row["touches"] for row in again["worlds"] if row["sql_min_intent"] == bar)
        for bar in (70, 90)
    )
    assert 0 < stricter != today


def test_the_sample_is_such_a_world_by_the_habits_of_its_office() -> None:
    with (DATA / "sample_truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    truth = {int(row["lead_id"][1:]): row["fate"] for row in rows}
    setup = Setup(sample_values(), leads=1000, days=545, worlds=1, seed=2295)
    with duckdb.connect() as database:
        make_worlds(database, setup)
        # answers by habit, which the closed form has before any day is lived
        database.execute("set search_path = 'world,main'")
        database.execute("set variable seed = '2295'")
        database.execute(read_sql("habits", WORLD_SQL))
        database.execute("set search_path = 'main'")
        database.execute(
            """
            insert into arms values (1, 'habits', null, 0, null, true);
            insert into universes values (1, 1, 1);
            insert into standing by name
            select
                1 as universe,
                1 as arm,
                1 as world,
                lead_number,
                lead_number::varchar as lead_id,
                created_on,
                'Lead' as stage,
                true as is_open,
                0 as touch_count,
                0 as untimely_count,
                0 as decided_wave
            from people
            """
        )
        # a week at a time, which decides the same
        for week in range(0, setup.days + 7, 7):
            day = min(first_day(setup) + timedelta(week), LAST_DAY)
            database.execute(
                """
                insert into contacts
                select
                    1,
                    lead_number,
                    wave,
                    (points >= 15)::int,
                    (points >= 15 and answered_at <= occurred_at + to_hours(24))::int,
                    coalesce(result_type in ('meeting_held', 'call_answered'), false),
                    false,
                    answered_at
                from world.contacts
                join world.signals using (lead_number, wave, nth)
                where answered_at >= $since and answered_at < $until
                """,
                {
                    "since": day - timedelta(7) if week else date(1970, 1, 1),
                    "until": day,
                },
            )
            set_day(database, day - timedelta(1))
            database.execute(read_sql("day"))
        lived = dict(
            database.execute(
                "select lead_number, coalesce(fate, 'open') from standing"
            ).fetchall()
        )
    assert lived == truth


def test_t_is_that_of_the_tables(parts: Parts, done: duckdb.DuckDBPyConnection) -> None:
    from scipy.stats import t

    for degrees in (1, 2, 3, 4, 7, 9, 29, 199):
        [[ours]] = done.execute("select t_95(?)", [degrees]).fetchall()
        assert ours == pytest.approx(t.ppf(0.975, degrees), rel=3e-3)
