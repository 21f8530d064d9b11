"""The learned score against scikit-learn's, and what it says where little is known."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from compiled_project import CompiledProject
from conftest import UNTESTED, Project
from intervals import wilson
from made_leads import TODAY, World, days_ago, read_world

FEATURES = {
    "source": "Source",
    "company_size": "Company size",
    "funnel_stage": "Stage on record",
    "age": "Came",
    "recency": "Last engaged",
    "intent": "Intent",
}


class Score:
    """What a build learned, and what scikit-learn and SciPy make of the same rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        leads = self.rows(
            "select lead_id, nth, is_learned_before, is_judged,"
            f" coalesce(is_won_within, false), {', '.join(FEATURES)}"
            " from lead_features order by lead_id, nth"
        )
        self.keys = [row[:2] for row in leads]
        self.features = [row[5:] for row in leads]
        nth, before, judged, self.won = (
            np.array([row[place] for row in leads]) for place in (1, 2, 3, 4)
        )
        # what each of the two fits learns from, and is asked about
        self.fits = {"today": (nth > 0, nth == 0), "judged": (before, judged)}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.sql(query).fetchall()

    def measures(self) -> dict[str, float]:
        return dict(
            self.rows("select measure, value from model_quality where decile is null")
        )

    def messages(self) -> list[str]:
        return [
            text
            for (text,) in self.rows(
                "select message from model_quality where decile is null"
                " order by measure != 'outcomes'"
            )
        ]

    def theirs(
        self, fit: str
    ) -> tuple[dict[tuple[str, str], float], np.ndarray, np.ndarray]:
        """Weights, and the probabilities of the learned rows and of those asked."""
        # takes a second, in each process that collects the tests
        from scipy.optimize import minimize
        from sklearn.naive_bayes import CategoricalNB

        learned, asked = self.fits[fit]
        rows = np.array(self.features)
        kinds = [sorted(set(column)) for column in rows[learned | asked].T]
        sizes = [len(values) for values in kinds]
        codes = np.full(rows.shape, 0)
        for place, values in enumerate(kinds):
            numbers = {value: number for number, value in enumerate(values)}
            codes[:, place] = [numbers.get(value, 0) for value in rows[:, place]]

        def odds(seen: np.ndarray) -> list[np.ndarray]:
            """Log odds by value: half a win more of each, and others to go with it."""
            won = self.won[seen]
            halves = [0.5 * (~won).sum() / won.sum(), 0.5]
            logs = [
                CategoricalNB(alpha=half, min_categories=sizes)
                .fit(codes[seen], won)
                .feature_log_prob_
                for half in halves
            ]
            return [won[1] - others[0] for others, won in zip(*logs, strict=True)]

        def added_up(odds: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
            return base + sum(
                odd[column] for odd, column in zip(odds, rows.T, strict=True)
            )

        base = np.log(self.won[learned].mean() / (~self.won[learned]).mean())
        found = odds(learned)
        weights = {
            (feature, value): odd
            for feature, values, each in zip(FEATURES, kinds, found, strict=True)
            for value, odd in zip(values, each, strict=True)
        }
        sums = added_up(found, codes)
        # a lead that was won is weighed by what is known without that win
        unseen = sums.copy()
        known: dict[bytes, float] = {}
        for place in np.flatnonzero(learned & self.won):
            key = codes[place].tobytes()
            if key not in known:
                others = learned & (np.arange(len(rows)) != place)
                (known[key],) = added_up(odds(others), codes[place : place + 1])
            unseen[place] = known[key]

        def loss(line: np.ndarray) -> float:
            given = line[0] + line[1] * unseen[learned]
            signs = np.where(self.won[learned], 1, -1)
            return np.logaddexp(0, -signs * given).sum() + (line[1] - 1) ** 2 / 2

        line = minimize(loss, [0, 1], method="Nelder-Mead", options={"maxiter": 1000}).x
        line = minimize(loss, line, method="BFGS", options={"gtol": 1e-8}).x
        given, asked_given = (
            1 / (1 + np.exp(-(line[0] + line[1] * each)))
            for each in (unseen[learned], sums[asked])
        )
        return weights, given, asked_given

    def assert_sklearn_agrees(self) -> None:
        for fit, table, probability, nth in (
            ("today", "win_within", "win_probability", "0 as nth"),
            ("judged", "judged_predictions", "predicted_probability", "nth"),
        ):
            weights, expected, asked = self.theirs(fit)
            ours = self.rows(
                "select feature, value, log_odds from feature_weights"
                f" where fit = '{fit}'"
            )
            assert {row[:2]: row[2] for row in ours} == pytest.approx(weights, abs=1e-9)
            predicted = self.rows(f"select lead_id, {nth}, {probability} from {table}")
            keys = [self.keys[place] for place in np.flatnonzero(self.fits[fit][1])]
            assert {row[:2]: row[2] for row in predicted} == pytest.approx(
                dict(zip(keys, asked, strict=True)), abs=1e-6
            )
            # the intercept sees to it that as many are expected as came true
            ((expected_count, win_count),) = self.rows(
                "select sum((learned_count - win_count) * win_probability + if("
                "   win_count > 0,"
                "   win_count / (1 + exp(-(intercept + slope * unseen_log_odds))), 0"
                " )), sum(win_count)"
                " from weighed_profiles inner join win_within_profiles"
                f" using (fit, {', '.join(FEATURES)}) where fit = '{fit}'"
            )
            assert expected_count == pytest.approx(win_count, abs=1e-6)
            assert expected.sum() == pytest.approx(win_count, abs=1e-4)

    def assert_measures_are_sklearns(self) -> None:
        from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

        given, won, base = np.array(
            self.rows(
                "select predicted_probability, is_won_within::int, base_rate"
                " from judged_predictions"
            )
        ).T
        learned, _ = self.fits["judged"]
        assert base == pytest.approx(np.full(len(won), self.won[learned].mean()))
        measures = self.measures()
        leaks = {name for name in measures if name.startswith("leak_")}
        assert {name: measures[name] for name in measures.keys() - leaks} == (
            pytest.approx(
                {
                    "outcomes": len(
                        {
                            key[0]
                            for key, is_won in zip(self.keys, self.won, strict=True)
                            if is_won
                        }
                    ),
                    "auc": roc_auc_score(won, given),
                    "expected_wins": given.sum(),
                    "log_loss": log_loss(won, given),
                    "base_log_loss": log_loss(won, base),
                    "brier": brier_score_loss(won, given),
                    "base_brier": brier_score_loss(won, base),
                },
                abs=1e-8,
            )
        )

    def assert_the_auc_is_as_sure_as_its_leads(self) -> None:
        """By each pair of a won row and another, and whose rows they are."""
        rows = self.rows(
            "select lead_id, predicted_probability, is_won_within"
            " from judged_predictions"
        )
        won = [(lead_id, score) for lead_id, score, is_won in rows if is_won]
        others = [(lead_id, score) for lead_id, score, is_won in rows if not is_won]
        pairs = np.subtract.outer([one[1] for one in won], [one[1] for one in others])
        right = (np.sign(pairs) + 1) / 2
        auc = right.mean()
        moved: Counter[str] = Counter()
        for (lead_id, _), share in zip(won, right.mean(axis=1), strict=True):
            moved[lead_id] += (share - auc) / len(won)
        for (lead_id, _), share in zip(others, right.mean(axis=0), strict=True):
            moved[lead_id] += (share - auc) / len(others)
        variance = sum(each**2 for each in moved.values())
        worth = float(min(len(dict(won)), len(moved.keys() - dict(won).keys())))
        if 0 < auc < 1 and variance:
            worth = auc * (1 - auc) / variance
        ((*bounds, message),) = self.rows(
            "select value_low, value_high, message from model_quality"
            " where measure = 'auc'"
        )
        assert bounds == pytest.approx(wilson(auc * worth, worth), abs=5.1e-5)
        low, high = (int(100 * bound + 0.5) for bound in bounds)
        assert f"rightly ({low} to {high})" in message
        assert message.endswith("and may do as well") == (bounds[0] <= 0.5)

    def assert_tenths_add_up(self) -> None:
        predictions = self.rows(
            "select predicted_probability, is_won_within from judged_predictions"
            " order by predicted_probability, md5(lead_id), lead_id, nth"
        )
        expected = []
        tenths = np.array_split(np.arange(len(predictions)), 10)
        for decile, places in enumerate(tenths, start=1):
            members = [predictions[place] for place in places]
            mean = sum(row[0] for row in members) / len(members)
            wins = sum(row[1] for row in members)
            rate = wins / len(members)
            expected.append((decile, len(members), wins, mean, rate, mean - rate))
        assert np.array(
            self.rows(
                "select decile, lead_count, win_count, mean_probability, win_rate,"
                " value from model_quality"
                " where measure = 'calibration' order by decile"
            )
        ) == pytest.approx(np.array(expected), abs=1e-6)

    def assert_reasons_are_the_strongest(self) -> None:
        counts = {
            row[:2]: row[2:]
            for row in self.rows(
                "select feature, value, win_count, learned_count - win_count, log_odds"
                " from feature_weights where fit = 'today'"
            )
        }
        learned, _ = self.fits["today"]
        wins, others = self.won[learned].sum(), (learned & ~self.won).sum()
        # a lead that was won comes on several days
        won_keys = [self.keys[place][0] for place in np.flatnonzero(self.won)]
        per_win = wins / len(set(won_keys))
        values_of = {
            key[0]: row
            for key, row in zip(self.keys, self.features, strict=True)
            if key[1] == 0
        }
        for lead_id, *reasons in self.rows(
            "select lead_id, reason_for_1, reason_for_2, reason_for_3,"
            " reason_against_1, reason_against_2, reason_against_3 from win_within"
        ):
            found: dict[bool, list[tuple[float, str, str]]] = {True: [], False: []}
            values = zip(FEATURES.items(), values_of[lead_id], strict=True)
            for (feature, label), value in values:
                won, other, log_odds = counts[feature, value]
                if not won + other:
                    continue
                low, high = wilson(won / per_win, (won + other) / per_win)
                if low <= wins / (wins + others) <= high:
                    continue
                if won and other:
                    among = "leads won within 90 days" if log_odds > 0 else "the others"
                    ratio = (won / wins) / (other / others)
                    if (times := f"{max(ratio, 1 / ratio):.1f}") == "1.0":
                        continue
                    said = f"{label} {value} is {times} times as common among {among}"
                else:
                    which = "none was" if other else "all were"
                    said = f"{label} {value}: of such leads {which} won within 90 days"
                found[bool(log_odds > 0)].append((-abs(log_odds), feature, said))
            assert reasons == [
                *[text for *_, text in sorted(found[True])][:3],
                *[None] * (3 - len(found[True])),
                *[text for *_, text in sorted(found[False])][:3],
                *[None] * (3 - len(found[False])),
            ]

    def assert_arithmetic_adds_up(self) -> None:
        names = ["prior_log_odds", *(f"{feature}_log_odds" for feature in FEATURES)]
        parts = np.array(
            self.rows(
                "select win_probability, base_rate, intercept, slope,"
                f" {', '.join(names)} from win_within"
            )
        )
        odds = np.log(parts[:, 0] / (1 - parts[:, 0]))
        total = parts[:, 2] + parts[:, 3] * parts[:, 4:].sum(axis=1)
        assert total == pytest.approx(odds, abs=1e-6)
        base = parts[:, 1]
        assert np.log(base / (1 - base)) == pytest.approx(parts[:, 4], abs=1e-6)


Learn = Callable[[World], Score]


@pytest.fixture(scope="module")
def scratch(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One folder to build in."""
    scratch = tmp_path_factory.mktemp("learned")
    shutil.copytree(sample.folder, scratch / "project")
    return Project(scratch / "project", scratch)


@pytest.fixture(scope="module")
def learn(sample: Project) -> Learn:
    """Gives the learned score of a world, in place of the last one's."""
    compiled = CompiledProject(
        sample.database, sample.target, "win_within", "model_quality"
    )
    compiled.remember()

    def learned(world: World) -> Score:
        compiled.run(world.leads, world.activities, world.changes, TODAY)
        return Score(compiled.database)

    return learned


def test_the_sample_is_scored_as_scikit_learn_scores_it(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    score = Score(marts)
    assert len(score.keys) > 1000
    score.assert_sklearn_agrees()
    score.assert_measures_are_sklearns()
    score.assert_the_auc_is_as_sure_as_its_leads()
    score.assert_tenths_add_up()
    # it knows something, and nothing that it could not have known
    measures = score.measures()
    assert measures["auc"] > 0.7
    assert measures["log_loss"] < measures["base_log_loss"]
    assert not [name for name in measures if name.startswith("leak_")]


def test_the_samples_reasons_are_the_strongest_and_add_up(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    score = Score(marts)
    score.assert_reasons_are_the_strongest()
    score.assert_arithmetic_adds_up()


def by_chance() -> World:
    """Leads whose source says a little; some are lost, and some skip a stage."""
    world, dice = World(), random.Random(7)
    for _ in range(400):
        age = dice.randint(1, 500)
        source = dice.choice(["Website", "Referral", "Event", "LinkedIn"])
        stages, days = [], age
        for stage in ("MQL", "SQL", "Customer"):
            days -= dice.randint(5, 60)
            chance = {"Referral": 0.75, "Event": 0.35}.get(source, 0.55)
            if days < 0 or dice.random() > chance:
                break
            stages.append((stage, days))
        if days > 9 and dice.random() < 0.1:
            stages.append(("Disqualified", dice.randint(0, 4)))
        world.add(
            *(age, *stages),
            engaged=[dice.randint(0, age) for _ in range(dice.randint(0, 4))],
            source=source,
            company_size=dice.choice(["S: 1-10", "L: 51-200", "Unknown"]),
        )
    return world


def told_apart() -> World:
    """Every lead of one source is won within the horizon, and no other ever."""
    world = World()
    for age in range(100, 500, 5):
        world.add(age, ("SQL", age - 20), ("Customer", age - 60), source="Referral")
        world.add(age, ("MQL", age - 20))
        world.add(age)
    for age in range(2, 20):
        world.add(age, source="Referral")
        world.add(age)
    return world


def nearly_told_apart() -> World:
    """Few leads of one source, won but for two: Newton's whole steps go astray."""
    world = World()
    for age in range(101, 500, 7):
        world.add(age, ("Customer", age - 60), source="Referral")
    for age in (160, 420):
        world.add(age, source="Referral")
    for age in range(100, 500):
        world.add(age)
    return world


def won_young() -> World:
    """Leads are won soon after they come or never, and by that alone told apart."""
    world = World()
    for age in range(100, 500, 3):
        world.add(age, ("Customer", age - 29))
        world.add(age)
        world.add(age, ("MQL", age - 5))
    return world


def alike() -> World:
    """All leads have one value of every feature but one, which says little."""
    world = World()
    for age in range(5, 500, 2):
        sale = [("Customer", age - 50)] if age % 10 < 3 and age > 50 else []
        size = "L: 51-200" if age % 3 else "S: 1-10"
        world.add(age, *sale, company_size=size)
    return world


def new_kinds() -> World:
    """Values that only leads of the last weeks have, and one that few had before."""
    world = World()
    for age in range(60, 500, 2):
        sale = [("Customer", age - 50)] if age % 10 < 3 else []
        world.add(age, *sale, source="Referral" if age % 4 else "Website")
    world.add(430, ("Disqualified", 400), source="Webinar")
    for age in range(1, 30):
        size = "XL: 201+" if age % 2 else "S: 1-10"
        world.add(age, source="Event", company_size=size, engaged=[0])
    return world


@pytest.mark.parametrize(
    "made", [by_chance, told_apart, nearly_told_apart, won_young, alike, new_kinds]
)
def test_hard_cases_are_scored_as_scikit_learn_scores_them(
    learn: Learn, made: Callable[[], World]
) -> None:
    score = learn(made())
    score.assert_sklearn_agrees()
    score.assert_measures_are_sklearns()
    score.assert_the_auc_is_as_sure_as_its_leads()
    score.assert_tenths_add_up()
    score.assert_reasons_are_the_strongest()
    score.assert_arithmetic_adds_up()
    if made is told_apart:
        assert score.measures()["auc"] == 1
        assert "leak_source" in score.measures()
    if made is won_young:
        assert score.measures()["auc"] > 0.9
        assert not [name for name in score.measures() if name.startswith("leak_")]
    if made is new_kinds:
        # what one lead had says next to nothing, and nobody is told a reason
        assert score.rows(
            "select value, meaning, is_telling, sign(log_odds) from feature_weights"
            " where fit = 'today' and feature = 'source' and learned_count < 5"
            " order by value"
        ) == [
            ("Event", "Source Event has not been seen before", False, 0),
            (
                *(
                    "Webinar",
                    "Source Webinar differs by no more than chance explains",
                ),
                *(False, -1),
            ),
        ]


def undated() -> World:
    """Customers by label alone: what an export without stage changes has."""
    world = told_apart()
    world.changes.clear()
    return world


def half_dated() -> World:
    world = told_apart()
    world.changes = [row for row in world.changes if row["lead_id"] < "L0180"]
    return world


def uncreated() -> World:
    """Only leads that moved have a first day, which is that of their move."""
    world = told_apart()
    for lead in world.leads:
        lead["created_at"] = ""
    world.changes = [row for row in world.changes if row["stage"] != "Lead"]
    return world


def young() -> World:
    world = World()
    for age in range(1, 80):
        world.add(age, *([("Customer", 0)] if age % 3 else []))
    return world


def few_wins() -> World:
    world = told_apart()
    wins = [row for row in world.leads if row["funnel_stage"] == "Customer"]
    left_out = [row for place, row in enumerate(wins) if place % 9]
    world.leads = [row for row in world.leads if row not in left_out]
    return world


def all_won() -> World:
    world = World()
    for age in range(100, 500, 5):
        world.add(age, ("Customer", age - 60))
    return world


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            undated,
            "Nothing is learned: 0 of 80 customers have a day on which they were"
            " won, and nine in ten are needed; stage_changes_path (make STAGE_CHANGES)"
            " names the file that tells",
        ),
        (
            half_dated,
            "Nothing is learned: 60 of 80 customers have a day on which they were"
            " won, and nine in ten are needed; stage_changes_path (make STAGE_CHANGES)"
            " names the file that tells",
        ),
        (
            uncreated,
            "Nothing is learned: 160 of 276 leads have a first day, and four in five"
            " are needed: created_at tells it",
        ),
        (World, "Nothing is learned: there is no customer yet"),
        (
            young,
            "Nothing is learned: no lead is known to have been open 90 days ago or"
            " before",
        ),
        (
            few_wins,
            "Only 9 of 169 leads were won within 90 days of a day on which they were"
            " looked at: 10 are needed",
        ),
        (
            all_won,
            "Nothing is learned: all of 76 leads were won within 90 days of a day on"
            " which they were looked at, and none was not",
        ),
    ],
)
def test_where_little_is_known_there_is_no_score_and_it_says_why(
    learn: Learn, made: Callable[[], World], message: str
) -> None:
    score = learn(made())
    for table in ("win_within", "feature_weights", "judged_predictions"):
        assert score.rows(f"from {table}") == []
    assert score.messages() == [message]


def test_too_few_early_wins_to_judge_by_still_give_a_score(learn: Learn) -> None:
    world = told_apart()
    # before the judged days few were won
    world.leads = [
        row
        for row in world.leads
        if row["funnel_stage"] != "Customer" or row["created_at"] >= days_ago(250)
    ]
    score = learn(world)
    assert score.rows("from judged_predictions") == []
    assert score.rows("select count(*) > 0 from win_within") == [(True,)]
    message = score.messages()[0]
    assert "enough to learn from" in message
    assert message.endswith("so nobody can say how good it is")


def test_a_field_that_the_crm_rewrites_once_a_lead_is_won_is_named(
    scratch: Project,
) -> None:
    world = read_world(scratch)
    for lead in world.leads:
        if lead["funnel_stage"] == "Customer":
            lead["source"] = "Referral"
    scratch.database.unlink(missing_ok=True)
    result = scratch.dbt(
        *("build", "--select", "+model_quality"),
        *("--exclude-resource-type", "unit_test", "--indirect-selection", "buildable"),
        **world.write(scratch.scratch),
    )
    assert result.returncode == 0, result.stdout
    assert "WARN 1 assert_no_feature_gives_the_outcome_away" in result.stdout
    assert scratch.rows(
        "select measure, message from model_quality where measure like 'leak_%'"
    ) == [
        (
            "leak_source",
            "source alone ranks 95 of 100 pairs rightly: too good to have been known"
            " before; what does the CRM write there once a lead is won?",
        )
    ]


def test_whom_the_crm_reopened_since_it_was_won_has_no_chance(sample: Project) -> None:
    """It can't be won again: on days of the past, no such lead is learned from."""
    compiled = CompiledProject(sample.database, sample.target, "lead_features")
    world = World()
    world.add(300, ("SQL", 280))
    world.add(300, ("SQL", 280), ("Customer", 250), ("SQL", 200))
    compiled.run(world.leads, world.activities, world.changes, TODAY)
    today = compiled.rows("select lead_id from lead_features where nth = 0")
    assert today == [("L0000",)]


KNOWN_THEN = (
    f"select lead_id, nth, {', '.join(FEATURES)} from lead_features where nth >= {{}}"
)


def test_nothing_that_came_after_a_landmark_is_known_on_it(
    sample: Project, scratch: Project
) -> None:
    ((nth, day),) = sample.rows(
        "select nth, landmark_on::varchar from landmarks where nth = 5"
    )
    known = set(sample.rows(KNOWN_THEN.format(nth)))
    assert len(known) > 1000

    # the world without what came after, but for what the CRM writes over in the leads
    world = read_world(scratch)
    world.changes = [row for row in world.changes if row["entered_at"][:10] <= day]
    world.activities = [
        row for row in world.activities if row["occurred_at"][:10] <= day
    ]
    stages = {row["lead_id"]: row["stage"] for row in world.changes}
    for place, lead in enumerate(world.leads):
        lead["funnel_stage"] = stages.get(lead["lead_id"], "Lead")
        lead["intent_score"] = str(place % 101)
        if lead["last_engaged"] > day:
            lead["last_engaged"] = day if place % 2 else ""
    scratch.database.unlink(missing_ok=True)
    result = scratch.dbt(
        *("build", "--select", "+win_within", "+model_quality", *UNTESTED),
        **world.write(scratch.scratch),
        as_of_date=str(TODAY),
        win_within_min_wins=2,
    )
    assert result.returncode == 0, result.stdout
    assert known <= set(scratch.rows(KNOWN_THEN.format(nth)))
    # and that it knows anything: on later landmarks it differs
    later = KNOWN_THEN.format(1)
    assert set(scratch.rows(later)) != set(sample.rows(later))


def test_later_outcomes_do_not_enter_what_is_judged(
    sample: Project, learn: Learn
) -> None:
    world = read_world(sample)
    learned = "from feature_weights where fit = 'judged' order by all"
    line = "select distinct intercept, slope from win_within_profiles"
    line += " where fit = 'judged'"
    first = learn(world)
    ((day,),) = first.rows(
        "select min(landmark_on)::varchar from landmarks where is_judged"
    )
    expected = [first.rows(learned), pytest.approx(*first.rows(line), abs=1e-9)]
    predicted = first.rows("select lead_id, is_won_within from judged_predictions")
    assert expected[0]

    # every second lead that was won later never was
    later = [
        row
        for row in world.changes
        if row["stage"] == "Customer" and row["entered_at"][:10] > day
    ][::2]
    lost = {row["lead_id"] for row in later}
    world.changes = [row for row in world.changes if row not in later]
    stages = {row["lead_id"]: row["stage"] for row in world.changes}
    for lead in world.leads:
        if lead["lead_id"] in lost:
            lead["funnel_stage"] = stages[lead["lead_id"]]
    second = learn(world)
    assert [second.rows(learned), *second.rows(line)] == expected
    wins = "select count(*) from judged_predictions where is_won_within"
    assert second.rows(wins)[0][0] < sum(is_won for _, is_won in predicted)


def test_no_decision_reads_the_learned_score(scratch: Project) -> None:
    result = scratch.dbt(
        *("--quiet", "ls", "--resource-type", "model", "--output", "path"),
        *("--select", "path:models/learned+"),
    )
    assert result.returncode == 0, result.stdout
    readers = {Path(line).parts[1] for line in result.stdout.splitlines()}
    assert "learned" in readers
    deciding = {"staging", "decisions", "marts", "history", "landmarks", "what_if"}
    assert not readers & deciding
