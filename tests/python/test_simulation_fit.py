"""A world that is fitted to leads is like them, and says what it can't know of them."""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from statistics import mean, median_grouped

import duckdb
import pytest

import simulate_lead_flow
from conftest import Project
from smartcrm.simulation import fit as fit_module
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
from smartcrm.world.parameters import (
    default_values,
    read_parameters,
    sample_values,
)
from smartcrm.world.writing import ARRIVAL_DAYS, LAST_DAY, write_world

SAMPLE_SEED = 2295
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


def check_values(values: dict[str, float]) -> None:
    """Whether there can be such a world."""
    known = read_parameters()
    assert {*values} <= {*known}
    for name, value in values.items():
        assert known[name].least <= value <= known[name].most, name
    for family in ("buying_days", "patience_days", "decision_days"):
        assert values[f"{family}_least"] <= values[f"{family}_most"], family


def ratios(fit: Fit) -> dict[str, float | None]:
    return {row.measure: row.ratio for row in fit.compared}


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the sample's build, to take something away from."""
    return Path(shutil.copy(built, tmp_path / "smartcrm.duckdb"))


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
            days=ARRIVAL_DAYS,
        )
        make_leads(database, 0, 1000)
        world = measured(database, "fit_world")
    assert build == world
    assert {measure.name for measure in read_measures()} <= build.keys()
    assert all(moment.value is not None for moment in build.values())


def test_the_measures_are_those_of_plain_python(built: Path) -> None:
    with duckdb.connect() as database:
        attach_build(database, built)
        measures = measured(database, "fit_build")
        milestones = database.execute(
            "select lead_id, lead_on, customer_on, least(customer_on, lost_on)"
            " from built.lead_milestones"
        ).fetchall()
        activities = database.execute(
            "select lead_id, occurred_at::date, actor, points, needs_answer"
            " from built.stg_activities join built.activity_types using (activity_type)"
        ).fetchall()
    closed = {lead: closed_on for lead, *_, closed_on in milestones}
    signals = [
        (lead, day, points, needs_answer)
        for lead, day, actor, points, needs_answer in activities
        if actor == "lead" and (closed[lead] is None or day < closed[lead])
    ]
    touched = defaultdict(set)
    for lead, day, actor, *_ in activities:
        if actor != "lead":
            touched[lead].add(day)
    answers = [
        any(day + timedelta(later) in touched[lead] for later in range(8))
        for lead, day, _, needs_answer in signals
        if needs_answer and day + timedelta(7) <= LAST_DAY
    ]
    waits = [(won - came).days for _, came, won, _ in milestones if won]
    ages = [(LAST_DAY - came).days for _, came, *_ in milestones]
    last = {
        lead: max(day for each, day, *_ in signals if each == lead)
        for lead in {lead for lead, _, won, _ in milestones if won}
    }
    expected = {
        "leads_per_day": 1000 / (max(ages) + 1),
        "mean_age_days": mean(ages),
        "points_per_lead": sum(points for _, _, points, _ in signals) / 1000,
        "signals_per_lead": len(signals) / 1000,
        "answered_share": mean(answers),
        "days_to_customer": median_grouped(waits),
        "signal_to_win_days": median_grouped(
            (won - last[lead]).days for lead, _, won, _ in milestones if won
        ),
        "won_share": len(waits) / 1000,
        "won_within_365_days": mean(
            won is not None and (won - came).days <= 365
            for _, came, won, _ in milestones
            if (LAST_DAY - came).days >= 365
        ),
    }
    found = {name: measures[name].value for name in expected}
    assert found == pytest.approx(expected)
    assert measures["won_share"].counted == len(waits) > 50


def test_the_sample_reproduces_its_own_figures(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_module, "MOST_ROUNDS", 6)
    fit = fit_to(built, WORLD_LEADS)
    found = ratios(fit)
    # nothing is moved for these, of which the sample has 39 and 24; and the mix is as
    # far off as the luck of a world of this size
    for name, tolerance in {
        "won_within_90_days": 0.35,
        "won_within_365_days": 0.35,
        "source_share": 0.15,
        "company_size_share": 0.15,
    }.items():
        assert found.pop(name) == pytest.approx(1, abs=tolerance), name
    assert len(found) == 8
    assert found == pytest.approx(dict.fromkeys(found, 1), abs=0.05)
    assert fit.notices == []
    assert fit.days == 544
    assert fit.leads_per_day == pytest.approx(1000 / 544)
    check_values(fit.values)


def test_the_numbers_of_another_world_are_found_again(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_module, "MOST_ROUNDS", 7)
    files = {
        name: tmp_path / f"{name}.parquet"
        for name in ("leads", "activities", "stage_changes")
    }
    write_world(files, 3_000, 77, values=default_values() | OTHERS)
    ran = project.dbt(
        *("build", "--select", "+lead_milestones", "+stg_activities"),
        *("--exclude-resource-type", "test", "unit_test"),
        **{f"{name}_path": path for name, path in files.items()},
    )
    assert ran.returncode == 0, ran.stdout
    project.call_it_whole()
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


def test_what_is_missing_is_said_measure_by_measure(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_module, "MOST_ROUNDS", 3)
    fit = fit_to(
        without(
            copy,
            "delete from stg_activities",
            "update stg_leads set company_size = 'Unknown'",
            "update lead_milestones set customer_on = null",
        ),
        FEW_LEADS,
    )
    stands = "the documented numbers stand"
    assert fit.notices == [
        f"points per lead: 0 signals of leads, 100 are needed; {stands}",
        "signals answered within 7 days: 0 answers to signals that ask for one, 50 are"
        f" needed; {stands}",
        "days from last signal to win (median): 0 wins on a known day after a signal,"
        f" 20 are needed; {stands}",
        "days to Customer (median): 0 wins on a known day, 20 are needed; " + stands,
        "company size: 0 leads whose company size is known, 30 are needed; " + stands,
    ]
    # of wins without a day only how many there are is known
    assert set(ratios(fit)) == {
        *("leads_per_day", "mean_age_days", "won_share", "source_share"),
    }
    fitted = {
        name for name, value in fit.values.items() if value != default_values()[name]
    }
    assert {name for name in fitted if "." not in name} == {
        *("arrival_evenness", "odds_by_talk", "odds_by_quick_answer"),
        "odds_lost_by_untimely_touch",
    }
    assert {name.partition(".")[0] for name in fitted if "." in name} == {
        "source_share"
    }


def test_without_days_only_mixes_are_fitted(copy: Path) -> None:
    fit = fit_to(without(copy, "update lead_milestones set lead_on = null"), FEW_LEADS)
    assert fit.leads_per_day is None
    assert fit.days is None
    assert set(ratios(fit)) == {"source_share", "company_size_share"}
    assert fit.notices[0] == (
        "leads per day: 0 leads whose first day is known, 30 are needed; the documented"
        " numbers stand"
    )
    assert len(fit.notices) == 7
    setup = simulate_lead_flow.resembling(fit, Setup({}), arguments())
    assert (setup.leads, setup.days) == (2000, 365)
    assert setup.values == fit.values


def test_a_world_out_of_reach_stays_within_bounds_and_is_said(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_module, "MOST_ROUNDS", 6)
    # whoever buys does so the day after
    fit = fit_to(
        without(
            copy,
            "update lead_milestones set customer_on = lead_on + 1"
            " where customer_on is not null",
        ),
        FEW_LEADS,
    )
    check_values(fit.values)
    assert fit.values["buying_days_most"] == 1
    (said,) = [line for line in fit.notices if line.startswith("days to Customer")]
    assert "1 in your data is out of reach; the world goes no further than" in said
    assert said.endswith("buying_days_most=1")
    assert said in render_fit(fit)


def test_where_no_odds_are_enough_more_leads_are_about_to_buy(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_module, "MOST_ROUNDS", 6)
    # a CRM that keeps little of what leads do, with as many wins as another
    fit = fit_to(
        without(
            copy,
            "delete from stg_activities where extract(minute from occurred_at) % 5 > 1",
        ),
        FEW_LEADS,
    )
    assert fit.values["serious_points"] < 70
    assert ratios(fit)["won_share"] == pytest.approx(1, abs=0.25)


def arguments(arrivals: str | None = None, days: str | None = None) -> Namespace:
    return Namespace(arrivals=arrivals, days=days)


def test_as_many_leads_come_as_to_the_data_unless_asked_otherwise() -> None:
    fit = Fit({}, 1000 / 544, 544, [], [])
    asked = Setup({}, leads=300, days=100)

    def size(fit: Fit, given: Namespace) -> tuple[int, int]:
        setup = simulate_lead_flow.resembling(fit, asked, given)
        return setup.leads, setup.days

    assert size(fit, arguments()) == (1000, 544)
    assert size(fit, arguments(days="100")) == (184, 100)
    assert size(fit, arguments(arrivals="300")) == (300, 544)
    assert size(fit, arguments("300", "100")) == (300, 100)
    # as many as a world can have
    assert size(fit._replace(leads_per_day=5e3), arguments()) == (100_000, 544)
    assert size(fit._replace(days=7), arguments()) == (55, 30)

    # and that it is not as many as to the data is said
    few = fit._replace(leads_per_day=0.1)
    said = {
        given: simulate_lead_flow.render_size(
            each, each_size, is_given=given == "asked"
        )
        for given, each, each_size in (
            ("data", fit, asked._replace(leads=184)),
            ("few", few, asked._replace(leads=50)),
            ("many", fit._replace(leads_per_day=5e3), asked._replace(leads=100_000)),
            ("asked", few, asked),
        )
    }
    world = "Each world has {} leads in 100 days"
    can = "that there can be; your data would bring {}"
    assert said == {
        "data": world.format(184),
        "few": f"{world.format(50)}, the fewest {can.format(10)}",
        "many": f"{world.format('100,000')}, the most {can.format('500,000')}",
        "asked": world.format(300),
    }


def test_what_is_no_build_is_one_line(
    copy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(copy))
    text = tmp_path / "leads.csv"
    text.write_text("lead_id\n", encoding="utf-8")
    unfinished = tmp_path / "unfinished.duckdb"
    duckdb.connect(str(unfinished)).close()
    empty = Path(shutil.copy(copy, tmp_path / "empty.duckdb"))
    for path, said in {
        tmp_path / "nothing.duckdb": "there is no database",
        tmp_path: "there is no database",
        text: "can't be opened",
        unfinished: "has no finished build; run `dbt build` first",
        without(empty, "delete from stg_leads"): "has no leads",
    }.items():
        assert simulate_lead_flow.main(["--like", str(path)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("LIKE: ")
        assert str(path) in line
        assert said in line
    assert simulate_lead_flow.main(["--like", ""]) == 2
    assert capsys.readouterr().err == (
        "LIKE is empty; name the database of a build, or leave it out\n"
    )
