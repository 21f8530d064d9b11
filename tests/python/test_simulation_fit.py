"""A world that is fitted to leads is like them, and says what it can't know of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

import generate_leads
import simulate_lead_flow
from conftest import Project
from smartcrm.faults import Fault
from smartcrm.simulation.fit import (
    Fit,
    attach_build,
    fit_to,
    measured,
    read_measures,
    render_fit,
)
from smartcrm.simulation.simulate import Setup
from smartcrm.world.making import begin_world, make_leads
from smartcrm.world.parameters import check_values, default_values, sample_values

SAMPLE_SEED = 2295
LAST_DAY = date(2026, 10, 31)
# enough leads to tell whether a fit is right, and few enough to make them often
WORLD_LEADS = 3_000
FEW_LEADS = 400
OTHERS = {
    "source_share.Website": 0.5,
    "company_size_share.S: 1-10": 0.6,
    "arrival_evenness": 0.7,
    "signals_by_strength": 10,
    "habit_answers_share": 0.6,
    "decision_days_least": 3,
    "decision_days_most": 24,
    "buying_days_least": 6,
    "buying_days_most": 94,
    "odds_by_talk": 0.08,
    "odds_by_quick_answer": 0.055,
}
DIRECT = ("source_share", "company_size_share")


def ratios(fit: Fit) -> dict[str, float | None]:
    return {row.measure: row.ratio for row in fit.compared}


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the sample's build, to take something away from."""
    path = tmp_path / "smartcrm.duckdb"
    shutil.copy(built, path)
    return path


def without(path: Path, *statements: str) -> Path:
    """The build after some of what it knows is gone."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_a_world_is_measured_as_its_build_is(built: Path) -> None:
    with duckdb.connect() as database:
        assert attach_build(database, built) == LAST_DAY
        build = measured(database, "fit_build")
        begin_world(
            database,
            sample_values(),
            seed=SAMPLE_SEED,
            last_day=LAST_DAY,
            days=generate_leads.ARRIVAL_DAYS,
        )
        make_leads(database, 0, 1000)
        world = measured(database, "fit_world")
    assert build == world
    assert {measure.name for measure in read_measures()} <= build.keys()
    assert all(moment.value is not None for moment in build.values())


def test_the_measures_are_those_of_the_marts(built: Path) -> None:
    with duckdb.connect() as database:
        attach_build(database, built)
        build = measured(database, "fit_build")
        (customers, median, within, followed) = database.execute(
            """
            select
                count(customer_on),
                median(customer_on - lead_on),
                count(*) filter (
                    customer_on - lead_on <= 90
                    and date_trunc('month', lead_on) in (
                        select created_month from built.funnel_cohorts where is_mature
                    )
                ),
                1
            from built.lead_milestones
            """
        ).fetchone()
    assert build["won_share"].value == customers / 1000
    assert build["days_to_customer"].value == pytest.approx(median, abs=0.5)


def test_the_sample_reproduces_its_own_figures(built: Path) -> None:
    fit = fit_to(built, WORLD_LEADS)
    found = ratios(fit)
    # by the two that nothing is moved for, a thousand leads say no more
    assert found.pop("won_within_90_days") == pytest.approx(1, abs=0.35)
    assert found.pop("won_within_365_days") == pytest.approx(1, abs=0.35)
    assert found == pytest.approx(dict.fromkeys(found, 1), abs=0.1)
    assert fit.notices == []
    assert fit.days == 544
    assert fit.leads_per_day == pytest.approx(1000 / 544)
    check_values(fit.values)


def test_the_numbers_of_another_world_are_found_again(
    project: Project, tmp_path: Path
) -> None:
    files = {
        name: tmp_path / f"{name}.parquet"
        for name in ("leads", "activities", "stage_changes")
    }
    generate_leads.write_world(files, 3_000, 77, values=default_values() | OTHERS)
    ran = project.dbt(
        *("build", "--select", "+lead_milestones", "+stg_activities"),
        *("--exclude-resource-type", "test", "unit_test"),
        **{f"{name}_path": path for name, path in files.items()},
    )
    assert ran.returncode == 0, ran.stdout
    fit = fit_to(project.database, WORLD_LEADS)
    for name, tolerance in {
        "arrival_evenness": 0.1,
        "signals_by_strength": 0.1,
        "habit_answers_share": 0.1,
        "decision_days_most": 0.2,
        "buying_days_most": 0.25,
        "odds_by_talk": 0.25,
    }.items():
        assert fit.values[name] == pytest.approx(OTHERS[name], rel=tolerance), name
    assert fit.values["source_share.Website"] == pytest.approx(0.38, abs=0.03)
    assert fit.values["company_size_share.S: 1-10"] == pytest.approx(0.45, abs=0.03)
    check_values(fit.values)
