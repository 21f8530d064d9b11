"""The learned score beside other ways; no figure of theirs is expected."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path

import duckdb
import pytest

import benchmark_score
from smartcrm.benchmark import score
from smartcrm.benchmark.dbt_project import DbtProject
from smartcrm.benchmark.score import OURS, judge, render_page


@pytest.fixture(scope="module")
def judged(built: Path) -> dict:
    """What each way comes to on the sample, which takes seconds."""
    return judge(built)


def test_the_page_has_what_the_mart_has(
    built: Path,
    judged: dict,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        measures = dict(
            connection.sql(
                "select measure, value from model_quality where decile is null"
            ).fetchall()
        )
    # both worlds are the sample here, built already
    monkeypatch.setattr(
        DbtProject, "dbt", lambda self, *_: shutil.copy(built, self.database)
    )
    monkeypatch.setattr(score, "judge", lambda _: deepcopy(judged))
    page = tmp_path / "score.md"
    words = ["--rows", "50", "--out", str(page)]
    assert benchmark_score.main(words) == 0

    text, printed = page.read_text(encoding="utf-8"), capsys.readouterr().out
    assert "## A generated world of 50 leads" in text
    ours = [
        f"{measures['auc']:.3f}",
        f"{measures['log_loss']:.4f}",
        f"{measures['brier']:.4f}",
        f"{measures['expected_wins']:.0f}",
    ]
    shown = [line.split("|")[1:-1] for line in text.splitlines() if OURS in line]
    rows = [row for row in shown if row and row[0].strip() == OURS]
    assert [[cell.strip() for cell in row if cell.strip()][1:] for row in rows] == [
        ours
    ] * 2
    lines = [line.split() for line in printed.splitlines()]
    assert lines.count([OURS, *ours]) == 2
    for way in ("logistic regression", "gradient boosting", "always the base rate"):
        assert f"| {way} |" in text
        assert way in printed


def test_what_ranks_better_is_said(judged: dict) -> None:
    judged = deepcopy(judged)
    assert judged["ways"]["gradient boosting"]["auc_less"][1] < 1
    for less, said in (
        ((0.01, 0.02), "By more than chance can tell, intent alone ranks better"),
        ((-0.01, 0.02), "No way ranks better than `win_within` here"),
    ):
        judged["ways"]["intent alone"]["auc_less"] = less
        assert said in render_page({"The sample": judged}, "make bench-score")
