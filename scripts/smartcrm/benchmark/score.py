"""The chance to be won beside what other ways learn from the same leads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

OURS = "win_within"
FEATURES = ("source", "company_size", "funnel_stage", "recency", "intent")
READ = f"""
    select
        {", ".join(f"lead_features.{name}" for name in FEATURES)},
        lead_features.is_learned_before,
        lead_features.is_won_within,
        coalesce(landmark_decisions.intent_score, -1),
        judged_predictions.predicted_probability
    from lead_features
    inner join landmark_decisions using (lead_id, nth)
    left join judged_predictions using (lead_id, nth)
    where lead_features.is_learned_before or lead_features.is_judged
    order by lead_features.lead_id, lead_features.nth
"""


def judge(database: Path) -> dict:
    """How well each way tells who is won, on later days than those it learned from.

    Returns:
        learned and judged: leads at landmarks and how many of them were won; ways: the
        measures by name of the way.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.sql(READ).fetchall()
    values = np.array([row[: len(FEATURES)] for row in rows])
    learned, won, intent = (
        np.array([row[place] for row in rows])
        for place in range(len(FEATURES), len(FEATURES) + 3)
    )
    judged = ~learned
    peers = {
        "logistic regression": make_pipeline(
            OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=1000)
        ),
        "gradient boosting": make_pipeline(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            HistGradientBoostingClassifier(random_state=0),
        ),
    }
    given = {OURS: np.array([row[-1] for row, is_asked in zip(rows, judged) if is_asked])}
    for name, peer in peers.items():
        peer.fit(values[learned], won[learned])
        given[name] = peer.predict_proba(values[judged])[:, 1]
    given["always the base rate"] = np.full(judged.sum(), won[learned].mean())
    ways = {name: measures(won[judged], each) for name, each in given.items()}
    ways["intent alone"] = {"auc": roc_auc_score(won[judged], intent[judged])}
    return {
        "learned": (int(learned.sum()), int(won[learned].sum())),
        "judged": (int(judged.sum()), int(won[judged].sum())),
        "ways": ways,
    }


def measures(won: np.ndarray, given: np.ndarray) -> dict[str, float]:
    """What the probabilities that were given are worth, by what came true."""
    return {
        "auc": roc_auc_score(won, given),
        "log_loss": log_loss(won, given),
        "brier": brier_score_loss(won, given),
        "expected": float(given.sum()),
    }
