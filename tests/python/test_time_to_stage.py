"""Time to a stage against scikit-survival, and cohorts against Python."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pytest

from conftest import UNTESTED, Project
from intervals import wilson

AS_OF = date(2026, 10, 31)
STAGES = ("MQL", "SQL", "Customer")
SHOWN_DAYS = (7, 14, 30, 60, 90, 180, 365)
MODELS = ("+time_to_stage_medians", "+funnel_cohorts", "+funnel_velocity")
# a type of segments, one of them, and a stage
Cut = tuple[str, str, str]


class Lead(NamedTuple):
    """A lead of a case: its age, and the days after which it came to each stage."""

    case: str
    age: int
    reached: dict[str, int]

    def outcome(self, stage: str) -> tuple[int, int]:
        """What became of it and after how many days: 2 reached, 1 lost, 0 open."""
        further = STAGES[STAGES.index(stage) :]
        days = [self.reached[name] for name in further if name in self.reached]
        lost = self.reached.get("Disqualified")
        if days and (lost is None or min(days) <= lost):
            return 2, min(days)
        return (0, self.age) if lost is None else (1, lost)


class Curve:
    """scikit-survival's curve of those who reached a stage, with its bounds."""

    def __init__(self, outcomes: list[tuple[int, int]]) -> None:
        survival = pytest.importorskip("sksurv.nonparametric")
        events, self.times = (
            np.array(column) for column in zip(*outcomes, strict=True)
        )
        self.longest = self.times.max()
        # the last to leave all had an outcome: what came of them all is known
        self.is_settled = 0 not in events[self.times == self.longest]
        if 2 in events:
            with pytest.MonkeyPatch.context() as patch, np.errstate(invalid="ignore"):
                # it refuses a risk that came to pass for nobody, yet can compute it
                patch.setattr(survival, "check_y_survival", lambda *y, **_: y)
                self.days, incidence, bounds = (
                    survival.cumulative_incidence_competing_risks(
                        events, self.times, conf_type="log-log"
                    )
                )
            self.values = np.vstack([incidence[2], bounds[2]]).T
            # nothing varies at 1, where theirs is the root of a rounding error
            for step in np.flatnonzero(incidence[2] > 1 - 1e-9):
                reached = sum((events == 2) & (self.times <= self.days[step]))
                self.values[step] = 1, wilson(reached, reached)[0], 1
        else:
            self.days, self.values = np.array([0]), np.zeros((1, 3))

    def at(self, days: int) -> tuple[float, ...] | None:
        """Incidence and bounds; none where nobody was followed for so long."""
        if days > self.longest and not self.is_settled:
            return None
        steps = self.values[self.days <= days]
        return tuple(steps[-1]) if len(steps) else (0, 0, 0)

    def crosses(self, share: float, column: int) -> int | None:
        """The first day on which the incidence or one of its bounds is so much."""
        crossed = self.days[self.values[:, column] >= share - 1e-9]
        return int(crossed[0]) if len(crossed) else None


def assert_curves_agree(
    database: Path,
    outcomes: dict[Cut, list[tuple[int, int]]],
    horizon: int,
    undated: Mapping[Cut, int] = MappingProxyType({}),
) -> int:
    """Compare each segment's and stage's; return how many incidences there were."""
    days = sorted({*SHOWN_DAYS, horizon})
    with duckdb.connect(str(database), read_only=True) as connection:
        ours = {
            tuple(row[:4]): row[4:]
            for row in connection.execute(
                "select segment_type, segment, stage, days, lead_count, event_count,"
                " lost_count, at_risk_count, incidence, incidence_low, incidence_high"
                " from time_to_stage"
            ).fetchall()
        }
        medians = {
            tuple(row[:3]): row[3:]
            for row in connection.execute(
                "select segment_type, segment, stage, median_days, median_days_low,"
                " median_days_high, median_days_within_horizon,"
                " median_days_within_horizon_low, median_days_within_horizon_high"
                " from time_to_stage_medians"
            ).fetchall()
        }
    assert set(medians) == set(outcomes)
    assert set(ours) == {(*key, day) for key, day in product(outcomes, days)}
    compared = 0
    for cut, found in outcomes.items():
        curve = Curve(found)
        for day in days:
            *counts, incidence, low, high = ours[(*cut, day)]
            assert counts == [
                len(found),
                sum(event == 2 and time <= day for event, time in found),
                sum(event == 1 and time <= day for event, time in found),
                sum(time > day or (event, time) == (0, day) for event, time in found),
            ]
            theirs = curve.at(day)
            if theirs and theirs[0] == 0:
                theirs = (0, 0, wilson(0, counts[2] + counts[3])[1])
            reached = sum(event == 2 for event, _ in found)
            # a fifth without a day, and nothing is claimed
            is_dated = undated.get(cut, 0) * 5 <= reached + undated.get(cut, 0)
            if theirs is None or not is_dated:
                assert (incidence, low, high) == (None, None, None), (cut, day)
            else:
                expected = pytest.approx(theirs, abs=1e-9)
                assert (incidence, low, high) == expected, (cut, day)
                compared += 1
        if not is_dated:
            assert [*medians[cut]] == [None] * 6, cut
            continue
        within = curve.at(horizon)
        expected = [curve.crosses(0.5, column) for column in (0, 2, 1)]
        if within and within[0] > 0:
            half, low, high = (curve.crosses(within[0] / 2, at) for at in (0, 2, 1))
            late = horizon if high is None else min(high, horizon)
            expected += [half, low, late]
        else:
            expected += [None] * 3
        assert [*medians[cut]] == expected, cut
    return compared


def random_leads(case: str, count: int, longest: int, chance: float) -> Iterator[Lead]:
    """Leads of which each goes so far with a chance, after days many of them share."""
    draw = np.random.default_rng([*case.encode()])
    for _ in range(count):
        age = int(draw.integers(0, longest + 1))
        last = "Customer" if draw.random() < 0.6 else "Disqualified"
        stages = [stage for stage in ("MQL", "SQL", last) if draw.random() < chance]
        days = sorted(draw.integers(0, longest + 1, len(stages)).tolist())
        yield Lead(
            case,
            age,
            {stage: day for stage, day in zip(stages, days, strict=True) if day <= age},
        )


def cases() -> Iterator[Lead]:
    """Leads by cases: by chance, and those at the edges."""
    for number, (count, longest, chance) in enumerate(
        product((2, 5, 30, 300), (1, 20, 500), (0.2, 0.7)), start=1
    ):
        yield from random_leads(f"random {number}", count, longest, chance)
    edges = {
        "one open": [(9, {})],
        "one open today": [(0, {})],
        "one won": [(9, {"Customer": 8})],
        "one lost": [(9, {"Disqualified": 7})],
        "all at once": [(100, {"Customer": 0})] * 9,
        "all in the end": [(400, {"Customer": day}) for day in range(1, 300, 7)],
        "all lost": [(400, {"Disqualified": day}) for day in range(1, 90, 7)],
        "no events": [(day, {}) for day in range(0, 500, 3)],
        "won or lost at once": [(9, {"Customer": 0}), (9, {"Disqualified": 0})],
        "last ones tie": [
            (9, {}),
            *[(30, {"SQL": 30}), (30, {"Disqualified": 30})] * 3,
        ],
        "half is exact": [
            *[(400, {"Customer": day}) for day in (3, 3, 5)],
            *[(400, {})] * 3,
        ],
    }
    for case, leads in edges.items():
        yield from (Lead(case, age, reached) for age, reached in leads)


def write(path: Path, header: str, rows: list[tuple[Any, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def build(project: Project, **settings: Any) -> None:  # noqa: ANN401
    ran = project.dbt("build", "--select", *MODELS, *UNTESTED, **settings)
    assert ran.returncode == 0, ran.stdout


def test_the_samples_incidences_are_those_of_scikit_survival(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        rows = connection.execute(
            "select segment_type, segment, furthest_stage_order, lead_progress.lead_on,"
            " mql_on, sql_on, lead_progress.customer_on, lost_on from lead_segments"
            " join lead_progress using (lead_id)"
        ).fetchall()
        undated_count = dict(
            connection.execute(
                "select stage, undated_count from time_to_stage_medians"
                " where segment_type = 'all'"
            ).fetchall()
        )
    outcomes, undated = defaultdict(list), defaultdict(int)
    for segment_type, segment, furthest, lead_on, *milestones in rows:
        names = ("MQL", "SQL", "Customer", "Disqualified")
        reached = {
            name: (day - lead_on).days
            for name, day in zip(names, milestones, strict=True)
            if day
        }
        lead = Lead("", (AS_OF - lead_on).days, reached)
        for stage_order, stage in enumerate(STAGES, start=2):
            event, days = lead.outcome(stage)
            if event != 2 and furthest >= stage_order:
                # it is not known to have got there for as long as it was followed
                event, days = 0, lead.age
                undated[segment_type, segment, stage] += 1
            outcomes[segment_type, segment, stage].append((event, days))
    of_all = {stage: undated["all", "All leads", stage] for stage in STAGES}
    assert undated_count == of_all
    assert of_all["SQL"] > 0
    assert assert_curves_agree(built, outcomes, 90, undated) > 400


def test_incidences_of_any_leads_are_those_of_scikit_survival(project: Project) -> None:
    leads = list(cases())
    rows, changes = [], []
    for number, lead in enumerate(leads):
        created = AS_OF - timedelta(days=lead.age)
        stage = [*lead.reached, "Lead"][
            -1 if not lead.reached else len(lead.reached) - 1
        ]
        rows.append((f"L{number}", created, stage, lead.case))
        for hour, (name, days) in enumerate(lead.reached.items()):
            entered = created + timedelta(days=days)
            changes.append((f"L{number}", name, f"{entered}T{hour:02}:00:00Z"))
    folder = project.scratch
    build(
        project,
        leads_path=write(
            folder / "leads.csv", "lead_id,created_at,funnel_stage,case", rows
        ),
        stage_changes_path=write(
            folder / "changes.csv", "lead_id,stage,entered_at", changes
        ),
        as_of_date=str(AS_OF),
        horizon_days=45,
        extra_columns=["case"],
        segments=["case"],
    )
    outcomes = defaultdict(list)
    for lead, stage in product(leads, STAGES):
        for segment in (("case", lead.case), ("all", "All leads")):
            outcomes[(*segment, stage)].append(lead.outcome(stage))
    assert assert_curves_agree(project.database, outcomes, horizon=45) > 500


def test_the_samples_cohorts_are_those_of_plain_python(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        leads = connection.execute(
            "select segment_type, segment, furthest_stage_order, lead_progress.lead_on,"
            " mql_on, sql_on, lead_progress.customer_on from lead_segments"
            " join lead_progress using (lead_id)"
        ).fetchall()
        ours = connection.execute(
            "select segment_type, segment, created_month, stage, lead_count,"
            " reached_count, later_count, undated_count, is_mature, conversion_rate,"
            " conversion_rate_low, conversion_rate_high from funnel_cohorts"
        ).fetchall()
    cohorts = defaultdict(list)
    for segment_type, segment, furthest, lead_on, *days in leads:
        for place, stage in enumerate(STAGES):
            cohort = (segment_type, segment, lead_on.replace(day=1), stage)
            known = [day for day in days[place:] if day]
            was_there = furthest >= place + 2
            waited = (min(known) - lead_on).days if known else None
            cohorts[cohort].append((lead_on, waited, was_there))
    expected = {}
    for cohort, members in cohorts.items():
        waits = [waited for _, waited, _ in members if waited is not None]
        reached = sum(waited <= 90 for waited in waits)
        undated = sum(was_there and waited is None for _, waited, was_there in members)
        newest = max(lead_on for lead_on, *_ in members)
        is_mature = newest + timedelta(days=90) <= AS_OF
        rate = (reached / len(members), *wilson(reached, len(members)))
        if not is_mature or undated > (len(waits) + undated) / 5:
            rate = (None, None, None)
        counts = (len(members), reached, len(waits) - reached, undated)
        expected[cohort] = (*counts, is_mature, *rate)
    found = {tuple(row[:4]): row[4:] for row in ours}
    assert set(found) == set(expected)
    for cohort, row in expected.items():
        assert found[cohort] == pytest.approx(row, abs=5.1e-5), cohort
    rates = [row[5] for row in expected.values()]
    assert {None, 0} < {*rates}
    assert sum(rate is not None for rate in rates) > 100


def test_nothing_is_claimed_where_no_day_is_known(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = write_csv(
        "lead_id,created_at,funnel_stage,intent_score,last_engaged",
        *(f"C{number},2026-01-01,Customer,90,2026-10-30" for number in range(5)),
        *(f"L{number},2026-01-02,Lead,10,2026-10-30" for number in range(20)),
        # nor the day it came
        "U1,,Customer,90,2026-10-30",
    )
    # cut by nothing
    build(project, leads_path=path, as_of_date=str(AS_OF), segments=[])
    everyone = "where segment_type = 'all' and stage = 'Customer'"
    assert project.rows(
        "select distinct lead_count, event_count, at_risk_count, undated_count,"
        f" incidence, incidence_low from time_to_stage {everyone} and days < 300"
    ) == [(25, 0, 25, 5, None, None)]
    assert project.rows(
        "select undated_count, median_days, median_days_within_horizon"
        f" from time_to_stage_medians {everyone}"
    ) == [(5, None, None)]
    assert project.rows(
        "select created_month, lead_count, reached_count, undated_count, is_mature,"
        f" conversion_rate, conversion_rate_high from funnel_cohorts {everyone}"
    ) == [(date(2026, 1, 1), 25, 0, 5, True, None, None)]
    assert project.rows(
        "select recent_lead_count, undated_count, leads_per_month, customer_share,"
        " customers_per_month, wins_per_month from funnel_velocity"
        " where segment_type = 'all'"
    ) == [(0, 5, 0, None, None, None)]
    assert project.rows("select count(*) from incidence_curves") == [(0,)]


def test_leads_of_unknown_age_and_no_leads_build(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    header = "lead_id,funnel_stage,intent_score,last_engaged"
    build(project, leads_path=write_csv(header, "L1,SQL,80,2026-10-30"))
    for model in ("funnel_cohorts", "time_to_stage", "time_to_stage_medians"):
        assert project.rows(f"select count(*) from {model}") == [(0,)]
    assert project.rows(
        "select recent_lead_count, leads_per_month, customers_per_month, wins_per_month"
        " from funnel_velocity where segment_type = 'all'"
    ) == [(0, None, None, None)]
    project.database.unlink()
    build(project, leads_path=write_csv(header))
    assert project.rows("select count(*) from funnel_velocity") == [(0,)]
