from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pypdf import PdfReader

from browser import count, pages_of, percent
from conftest import ROOT, Project

PAGES = 14


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return marts.execute(query).fetchall()


def test_the_presentation_holds_the_marts_figures(
    sample: Project, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    out = tmp_path / "deck.pdf"
    ran = sample.script("build_presentation", "--out", out)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{out}\n", "")
    assert [*tmp_path.iterdir()] == [out]
    again = tmp_path / "again.pdf"
    assert sample.script("build_presentation", "--out", again).returncode == 0
    assert again.read_bytes() == out.read_bytes()
    pages = pages_of(out)
    assert len(pages) == PAGES
    for sheet in PdfReader(out).pages:
        assert sheet.mediabox.width / sheet.mediabox.height == pytest.approx(16 / 9)
    title, advice, problem, _, rules, stages, health, funnel, *more = pages
    findings, chances, ledger, *_ = more
    assert "synthetic" in title
    ((as_of,),) = rows(marts, "select as_of_date from decision_context")
    for page in pages:
        assert f"sampleofsyntheticleads,asof{as_of.day}{as_of:%B%Y}" in page

    for rule, leads in rows(
        marts, "select stage_rule, count(*) from leads group by stage_rule"
    ):
        row = f"{rule.replace('_', '')}(Lead|MQL|SQL|Customer|Disqualified){leads}"
        assert re.search(row, rules, re.IGNORECASE)
    for ever, went_on, still_here, left, left_rate in rows(
        marts,
        "select ever_count, went_on_count, still_here_count, left_count, left_rate"
        " from conversion_funnel where segment_type = 'all'",
    ):
        assert count(ever) in title
        if went_on:
            assert f"{count(went_on)}wenton" in funnel
            assert f"{count(still_here)}stillopen" in funnel
            assert f"{count(left)}haveleft:{percent(left_rate)}drop-off" in funnel
    for stage, share in rows(
        marts,
        "select stage, incidence_within_horizon from time_to_stage_medians"
        " where segment_type = 'all'",
    ):
        assert f"{percent(share)}reach{stage}" in funnel
    ((win_rate, base_rate, lead_days),) = rows(
        marts,
        "select win_rate, base_rate, flagged_count from rule_backtest"
        " where flagged_by = 'stage' order by win_rate desc limit 1",
    )
    assert f"{percent(win_rate)}werewonwithin90days" in advice
    assert f"of{count(lead_days)}lead-days" in advice
    assert f"ofallopenleads{percent(base_rate)}" in advice
    ((late, items),) = rows(
        marts,
        "select count(*) filter (where is_late), count(*) from team_worklist"
        " where effective_stage = 'SQL'",
    )
    assert f"{late}ofits{items}leadsarelate" in advice
    ((moved, back, on),) = rows(
        marts,
        "select count(*), count_if(is_backward), count_if(not is_backward)"
        " from reclassified_leads",
    )
    assert f"put{moved}of" in problem
    assert f"{on}furtheron,{back}furtherback" in findings
    for state, leads in rows(
        marts, "select engagement_health, count(*) from leads group by all"
    ):
        assert f"{state}{leads}(" in findings
    for segment, leads, own, bar, extra in rows(
        marts,
        "select segment, lead_count, conversion_rate, bar_rate, extra_customers"
        " from strategy_opportunities where is_lever order by is_opportunity desc,"
        " extra_customers desc limit 6",
    ):
        row = f"{leads}{percent(own)}{percent(bar)}{extra:.1f}("
        assert "".join(segment.split()) in chances
        assert row in chances
    ((*shares, half),) = rows(
        marts,
        "select incidence, incidence_low, incidence_high, median_days_within_horizon"
        " from time_to_stage join time_to_stage_medians"
        " using (segment_type, segment, stage)"
        " where segment_type = 'all' and stage = 'Customer' and days = 90",
    )
    won, low, high = map(percent, shares)
    assert f"{won}ofleadsarecustomerswithin90days" in findings
    assert f"({low}to{high}),halfofthesewithin{half}days" in findings
    acting = pages[-2]
    for team, items, asking, late, handed_over in rows(
        marts,
        "select owner_team, count(*), count(*) filter (where work = 'Answer'),"
        " count(*) filter (where is_late), count(*) filter (where work = 'Take over')"
        " from team_worklist group by all",
    ):
        figures = f"{count(items)}{count(asking)}{count(handed_over)}{count(late)}"
        assert re.search(f"{''.join(team.split())}[A-Za-z]+{figures}", acting)
    ((updates,),) = rows(marts, "select count(*) from crm_updates")
    assert f"{count(updates)}differencesfromtheCRM" in acting
    for lead_id, reason, health_reason, next_step in rows(
        marts,
        "select lead_id, stage_reason, health_reason, next_step"
        " from leads where lead_id in (select min(lead_id) from leads where"
        " stage_rule in ('sales_ready', 'not_yet_qualified') group by stage_rule)",
    ):
        assert lead_id in stages
        assert "".join(reason.split()) in stages
        assert "".join(health_reason.split()) in health
        assert "".join(next_step.split()) in health
    for target, value in rows(
        marts,
        "select target, new_value from stg_logic_overrides"
        " where is_in_force and target_kind != 'logic'",
    ):
        assert target in ledger
        assert value in ledger


@pytest.mark.parametrize("trouble", ["no database", "no browser", "a folder"])
def test_what_cannot_run_says_why_in_a_line_and_leaves_nothing(
    sample: Project, tmp_path: Path, trouble: str
) -> None:
    out = tmp_path / "deck.pdf"
    if trouble == "a folder":
        out.mkdir()
    env = {
        "no database": {"SMARTCRM_DB": str(tmp_path / "nowhere.duckdb")},
        "no browser": dict.fromkeys(("PATH", "PLAYWRIGHT_BROWSERS_PATH"), "/nowhere")
        | {"SMARTCRM_BROWSER": ""},
        "a folder": {},
    }[trouble]
    before = sorted(tmp_path.rglob("*"))
    ran = sample.script("build_presentation", "--out", out, **env)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1
    assert {
        "no database": "run `dbt build` first",
        "no browser": "`make browser`",
        "a folder": "--out",
    }[trouble] in ran.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_the_picture_is_taken(sample: Project, tmp_path: Path) -> None:
    ran = sample.script("take_screenshots", "--out", tmp_path)
    path = tmp_path / "conversion_funnel.png"
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", f"{path}\n")
    assert path.read_bytes().startswith(b"\x89PNG")
    for picture in (path, ROOT / "docs/pictures" / path.name):
        assert 10_000 < picture.stat().st_size < 300_000
