"""The learned score against scikit-learn's, and what it says where little is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from math import exp, log
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from conftest import UNTESTED, Project

FEATURES = ("source", "engagement_channel", "company_size", "recency", "intent")
LABELS = ("Source", "Channel", "Company size", "Last engaged", "Intent")
HEADER = (
    "lead_id,funnel_stage,intent_score,created_at,last_engaged,company_size,source,"
    "engagement_channel"
)


def lead(stage: str, score: int = 70, source: str = "Website") -> str:
    return f"{stage},{score},2026-01-01,2026-10-30,S: 1-10,{source},Email"


class Score:
    """What a build learned, and what scikit-learn does on the same bands and folds."""

    def __init__(self, database: Path) -> None:
        self.connection = duckdb.connect(str(database), read_only=True)
        leads = self.rows(
            f"select lead_id, coalesce(fold, -1), coalesce(has_won, false),"
            f" {', '.join(FEATURES)} from lead_features order by lead_id"
        )
        self.leads = {row[0]: row[3:] for row in leads}
        self.ids = np.array([row[0] for row in leads])
        self.folds = np.array([row[1] for row in leads])
        self.won = np.array([row[2] for row in leads])
        self.known = self.folds >= 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.sql(query).fetchall()

    @cached_property
    def measures(self) -> dict[str, float]:
        return dict(
            self.rows("select measure, value from model_quality where decile is null")
        )

    def sklearn(self, learned: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Probabilities of the asked leads, learned from the others."""
        # takes a second, in each process that collects the tests
        from sklearn.naive_bayes import CategoricalNB

        columns = list(zip(*self.leads.values(), strict=True))
        kinds = [sorted(set(column)) for column in columns]
        codes = np.array(
            [
                [values.index(value) for value in column]
                for values, column in zip(kinds, columns, strict=True)
            ]
        ).T
        bayes = CategoricalNB(alpha=1, min_categories=[len(values) for values in kinds])
        bayes.fit(codes[learned], self.won[learned])
        return bayes.predict_proba(codes[asked])[:, 1]

    def assert_sklearn_agrees(self) -> None:
        from sklearn.metrics import log_loss, roc_auc_score

        theirs = np.zeros(len(self.ids))
        for fold in range(5):
            held_out = self.folds == fold
            theirs[held_out] = self.sklearn(self.known & ~held_out, held_out)
        theirs, won = theirs[self.known], self.won[self.known]
        ids, ours, has_won = zip(
            *self.rows(
                "select lead_id, predicted_probability, has_won"
                " from out_of_fold_predictions order by lead_id"
            ),
            strict=True,
        )
        assert ids == tuple(self.ids[self.known])
        assert has_won == tuple(won)
        assert ours == pytest.approx(theirs, abs=1e-6)

        base = np.full(len(won), won.mean())
        assert abs(self.measures["auc"] - roc_auc_score(won, theirs)) <= 0.005
        assert self.measures == pytest.approx(
            {
                "outcomes": len(won),
                "auc": roc_auc_score(won, ours),
                "log_loss": log_loss(won, theirs),
                "base_log_loss": log_loss(won, base),
            },
            abs=1e-6,
        )

        ids, ours = zip(
            *self.rows("select lead_id, win_probability from lead_win_probability"),
            strict=True,
        )
        theirs = self.sklearn(self.known, ~self.known)
        assert dict(zip(ids, ours, strict=True)) == pytest.approx(
            dict(zip(self.ids[~self.known], theirs, strict=True)), abs=1e-6
        )

    def assert_tenths_add_up(self) -> None:
        predictions = self.rows(
            "select predicted_probability, lead_id, has_won"
            " from out_of_fold_predictions"
            " order by predicted_probability, md5(lead_id)"
        )
        expected = []
        tenths = np.array_split(np.arange(len(predictions)), 10)
        for decile, places in enumerate(tenths, start=1):
            members = [predictions[place] for place in places]
            mean = sum(row[0] for row in members) / len(members)
            wins = sum(row[2] for row in members)
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
                "select feature, value, win_count, loss_count, log_odds"
                " from feature_weights"
            )
        }
        wins, losses = self.won.sum(), (self.known & ~self.won).sum()
        for lead_id, *reasons in self.rows(
            "select lead_id, reason_for_1, reason_for_2, reason_for_3,"
            " reason_against_1, reason_against_2, reason_against_3"
            " from lead_win_probability"
        ):
            found: dict[str, list[tuple[float, str, str]]] = {"won": [], "lost": []}
            values = zip(FEATURES, LABELS, self.leads[lead_id], strict=True)
            for feature, label, value in values:
                won, lost, log_odds = counts[feature, value]
                side = "won" if log_odds > 0 else "lost"
                seen = won / wins - lost / losses
                if abs(log_odds) >= log(1.05) and seen * log_odds > 0:
                    times = f"{exp(abs(log_odds)):.1f} times as common"
                    found[side].append(
                        (
                            -abs(log_odds),
                            feature,
                            f"{label} {value} is {times} among {side} leads",
                        )
                    )
            assert reasons == [
                reason
                for side in ("won", "lost")
                for reason in [
                    *(text for *_, text in sorted(found[side])),
                    *3 * [None],
                ][:3]
            ]

    def assert_arithmetic_adds_up(self) -> None:
        names = ["prior_log_odds", *(f"{feature}_log_odds" for feature in FEATURES)]
        parts = np.array(
            self.rows(
                f"select win_probability, base_rate, {', '.join(names)}"
                " from lead_win_probability"
            )
        )
        odds = np.log(parts[:, 0] / (1 - parts[:, 0]))
        assert parts[:, 2:].sum(axis=1) == pytest.approx(odds, abs=1e-6)
        base = parts[:, 1]
        assert np.log(base / (1 - base)) == pytest.approx(parts[:, 2], abs=1e-6)


Learn = Callable[[list[str]], Score]


@pytest.fixture(scope="module")
def scratch(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One folder to build in."""
    scratch = tmp_path_factory.mktemp("learned")
    shutil.copytree(sample.folder, scratch / "project")
    return Project(scratch / "project", scratch)


@pytest.fixture
def learn(scratch: Project) -> Iterator[Learn]:
    """Builds the learned score of leads that are given without their ids."""
    with ExitStack() as opened:

        def built(leads: list[str]) -> Score:
            path = scratch.scratch / "leads.csv"
            lines = (f"L{number:03},{line}" for number, line in enumerate(leads))
            path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
            result = scratch.dbt(
                *("build", "--select", "+lead_win_probability", "+model_quality"),
                *UNTESTED,
                leads_path=str(path),
            )
            assert result.returncode == 0, result.stdout
            score = Score(scratch.database)
            opened.callback(score.connection.close)
            return score

        yield built


def test_the_sample_is_scored_as_scikit_learn_scores_it(built: Path) -> None:
    score = Score(built)
    assert score.known.sum() > 100
    for won in (True, False):
        sizes = np.bincount(score.folds[score.known & (score.won == won)], minlength=5)
        assert max(sizes) - min(sizes) <= 1
    score.assert_sklearn_agrees()
    score.assert_tenths_add_up()


def test_the_samples_reasons_are_the_strongest_and_add_up(built: Path) -> None:
    score = Score(built)
    score.assert_reasons_are_the_strongest()
    score.assert_arithmetic_adds_up()


def test_ties_and_values_of_open_leads_alone(
    learn: Learn,
) -> None:
    score = learn(
        [
            # just enough outcomes, and few kinds of leads
            *[lead("Customer", 90)] * 30,
            *[lead("Customer", 70)] * 9,
            lead("Customer", 70, "Webinar"),
            *[lead("Disqualified", 70)] * 5,
            *[lead("Disqualified", 20)] * 5,
            *[lead("SQL", 90)] * 3,
            *[lead("Lead", 20, "Referral")] * 3,
            *[lead("Lead", 20, "Webinar")] * 3,
            # its source weighs more than its intent, but only the intent is a reason
            lead("MQL", 70, "Referral"),
        ]
    )
    score.assert_sklearn_agrees()
    score.assert_tenths_add_up()
    score.assert_reasons_are_the_strongest()
    score.assert_arithmetic_adds_up()
    # smoothing alone weighs against both, and nobody is told that it is a reason
    assert score.rows(
        "select value, meaning, is_telling, round(log_odds, 4) from feature_weights"
        " where feature = 'source' and value != 'Website' order by value"
    ) == [
        (
            *("Referral", "Source Referral has no known outcome yet", False),
            round(log((1 / 43) / (1 / 13)), 4),
        ),
        (
            *("Webinar", "Source Webinar is too rare among known outcomes to tell"),
            *(False, round(log((2 / 43) / (1 / 13)), 4)),
        ),
    ]
    said = "select message from model_quality where measure = 'outcomes'"
    assert score.rows(said) == [
        (
            "50 leads have a known outcome (40 won, 10 lost), enough to learn from: 50,"
            " with 10 of each, are needed",
        )
    ]


@pytest.mark.parametrize(
    ("won", "lost", "message"),
    [
        (0, 0, "Only 0 leads have a known outcome (0 won, 0 lost)"),
        (39, 10, "Only 49 leads have a known outcome (39 won, 10 lost)"),
        (60, 0, "60 leads have a known outcome (60 won, 0 lost)"),
        (9, 41, "50 leads have a known outcome (9 won, 41 lost)"),
    ],
)
def test_too_few_outcomes_yield_nothing_and_say_why(
    learn: Learn, won: int, lost: int, message: str
) -> None:
    open_leads = [lead("SQL")] * min(won, 5)  # of none known, none at all
    score = learn([lead("Customer")] * won + [lead("Disqualified")] * lost + open_leads)
    for table in ("lead_win_probability", "feature_weights", "out_of_fold_predictions"):
        assert score.rows(f"from {table}") == []
    assert score.rows("select measure, value, message from model_quality") == [
        ("outcomes", won + lost, f"{message}: 50, with 10 of each, are needed")
    ]


def test_no_decision_reads_the_learned_score(scratch: Project) -> None:
    result = scratch.dbt(
        *("--quiet", "ls", "--resource-type", "model", "--output", "path"),
        *("--select", "path:models/learned+"),
    )
    assert result.returncode == 0, result.stdout
    readers = {Path(line).parts[1] for line in result.stdout.splitlines()}
    assert "learned" in readers
    assert not readers & {"staging", "decisions", "marts", "history", "what_if"}
