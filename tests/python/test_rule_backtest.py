"""How often each stage rule was right, on leads whose outcome is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import UNTESTED, Project


def test_known_outcomes_are_judged_as_if_they_were_not_known(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    leads = [
        *["Customer,90,2026-10-30"] * 8,
        *["Disqualified,90,2026-10-30"] * 2,
        *["Disqualified,10,2026-10-30"] * 10,
        *["SQL,90,2026-10-30"] * 5,  # no outcome yet
    ]
    path = write_csv(
        "lead_id,funnel_stage,intent_score,last_engaged",
        *(f"L{number},{lead}" for number, lead in enumerate(leads)),
    )
    result = project.dbt(
        *("build", "--select", "+rule_backtest", *UNTESTED),
        leads_path=str(path),
    )
    assert result.returncode == 0, result.stdout
    # the bounds are those of published calculators of Wilson's interval
    assert project.rows(
        "select stage_rule, simulated_stage, lead_count, win_count, win_rate,"
        " win_rate_low, win_rate_high, overall_win_rate, lift"
        " from rule_backtest order by stage_rule desc"
    ) == [
        ("sales_ready", "SQL", 10, 8, 0.8, 0.4902, 0.9433, 0.4, 2.0),
        ("not_yet_qualified", "Lead", 10, 0, 0.0, 0.0, 0.2775, 0.4, 0.0),
    ]
