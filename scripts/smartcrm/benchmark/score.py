"""The chance to be won beside what other ways learn from the same leads."""

from __future__ import annotations

from pathlib import Path

from smartcrm.faults import Fault

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from smartcrm.pages.rendering import render
from smartcrm.warehouse import connect

OURS = "win_within"
INTENT = "intent alone"
FEATURES = ("source", "company_size", "funnel_stage", "age", "recency", "intent")
HEADER = ("way", "AUC", "difference", "log loss", "Brier", "expected")
LOSSES = ("log_loss", "brier")
RESAMPLES = 200
READ = f"""
    select
        {", ".join(f"lead_features.{name}" for name in FEATURES)},
        lead_id,
        lead_features.is_learned_before,
        lead_features.is_won_within,
        coalesce(landmark_decisions.intent_score, -1) as intent_score,
        judged_predictions.predicted_probability
    from lead_features
    inner join landmark_decisions using (lead_id, nth)
    left join judged_predictions using (lead_id, nth)
    where lead_features.is_learned_before or lead_features.is_judged
    order by lead_id, lead_features.nth
"""


def judge(database: Path) -> dict:
    """How well each way tells who is won, on later days than those it learned from.

    Returns:
        learned and judged: leads at landmarks and how many of them were won; ways: the
        measures by name of the way.

    Raises:
        Fault: too few of the leads were won to judge by.
    """
    with connect(database, read_only=True) as connection:
        read = connection.sql(READ).fetchnumpy()
    learned, won = (
        np.asarray(read[name], dtype=bool)
        for name in ("is_learned_before", "is_won_within")
    )
    judged, ours = ~learned, np.ma.filled(read["predicted_probability"], np.nan)
    if not judged.any() or np.isnan(ours[judged]).any():
        raise Fault(f"{database}: too few leads were won to judge by; take more --rows")
    values = np.column_stack([np.asarray(read[name], str) for name in FEATURES])
    given = {OURS: ours[judged]}
    for name, peer in {
        "logistic regression": make_pipeline(
            OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=1000)
        ),
        "gradient boosting": make_pipeline(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            HistGradientBoostingClassifier(random_state=0),
        ),
    }.items():
        peer.fit(values[learned], won[learned])
        given[name] = peer.predict_proba(values[judged])[:, 1]
    given["always the base rate"] = np.full(judged.sum(), won[learned].mean())
    outcomes = won[judged]
    ways = {
        name: {
            "auc": roc_auc_score(outcomes, each),
            "log_loss": log_loss(outcomes, each),
            "brier": brier_score_loss(outcomes, each),
            "expected": float(each.sum()),
        }
        for name, each in given.items()
    }
    given[INTENT] = np.asarray(read["intent_score"], float)[judged]
    ways[INTENT] = {"auc": roc_auc_score(outcomes, given[INTENT])}
    leads = np.asarray(read["lead_id"], str)[judged]
    for name, interval in less_than_first(outcomes, given, leads).items():
        ways[name]["auc_less"] = interval
    return {
        "learned": (int(learned.sum()), int(won[learned].sum())),
        "judged": (int(judged.sum()), int(outcomes.sum())),
        "ways": ways,
    }


def less_than_first(
    won: np.ndarray, given: dict[str, np.ndarray], leads: np.ndarray
) -> dict[str, tuple[float, float]]:
    """The 95 % interval of each way's AUC less the first one's.

    Leads are drawn again, each with all the days on which it was open.
    """
    dice = np.random.default_rng(0)
    numbers, places = np.unique(leads, return_inverse=True)
    first, *others = given
    found: dict[str, list[float]] = {name: [] for name in others}
    for _ in range(RESAMPLES):
        drawn = dice.integers(len(numbers), size=len(numbers))
        weights = np.bincount(drawn, minlength=len(numbers))[places]
        if not weights[won].any():
            continue
        aucs = {
            name: roc_auc_score(won, each, sample_weight=weights)
            for name, each in given.items()
        }
        for name in others:
            found[name].append(aucs[name] - aucs[first])
    return {
        name: tuple(np.quantile(each, (0.025, 0.975))) for name, each in found.items()
    }


def rows_of(judged: dict) -> list[tuple[str, ...]]:
    """A row of text per way, as HEADER names them."""
    rows = []
    for name, way in judged["ways"].items():
        less = way.get("auc_less")
        rows.append(
            (
                name,
                f"{way['auc']:.3f}",
                f"{less[0]:+.3f} to {less[1]:+.3f}" if less else "",
                *(f"{way[each]:.4f}" if each in way else "" for each in LOSSES),
                f"{way['expected']:.0f}" if "expected" in way else "",
            )
        )
    return rows


def better_than_ours(judged: dict) -> list[str]:
    """The ways that rank better than win_within by more than chance can tell."""
    ways = judged["ways"].items()
    return [name for name, way in ways if way.get("auc_less", (0, 0))[0] > 0]


def render_page(worlds: dict[str, dict], command: str) -> str:
    """The page about the worlds, by their names."""
    shown = [
        {
            "name": name,
            "learned": judged["learned"],
            "judged": judged["judged"],
            "rows": rows_of(judged),
            "better": better_than_ours(judged),
        }
        for name, judged in worlds.items()
    ]
    values = {"worlds": shown, "header": HEADER, "command": command}
    return render("documents/score.md", values)
