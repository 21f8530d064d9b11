from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pypdf import PdfReader

from browser import count, pages_of, percent
from conftest import ROOT, Project

PAGES = 13


@pytest.fixture(scope="module")
def marts(built: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built), read_only=True)


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
    title, problem, _, rules, stages, health, funnel, findings, chances, ledger, *_ = (
        pages
    )
    assert "synthetic" in title
    ((as_of,),) = rows(marts, "select as_of_date from decision_context")
    for page in pages:
        assert f"sampleofsyntheticleads,asof{as_of.day}{as_of:%B%Y}" in page

    for rule, leads in rows(
        marts, "select stage_rule, count(*) from leads group by stage_rule"
    ):
        row = f"{rule.replace('_', '')}(Lead|MQL|SQL|Customer|Disqualified){leads}"
        assert re.search(row, rules, re.IGNORECASE)
    for reached, standing, dropped, conversion, drop_off, share in rows(
        marts,
        "select reached_count, standing_count, drop_off_count, conversion_rate,"
        " drop_off_rate, share_of_top from conversion_funnel"
        " where segment_type = 'all'",
    ):
        assert count(reached) in title
        assert f"{count(standing)}standherenow" in funnel
        if dropped is not None:
            assert f"{count(dropped)}leads·{percent(drop_off)}drop-off" in funnel
            assert f"{percent(conversion)}of" in funnel
            assert f"{percent(share)}ofallleads" in funnel
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
    for stuck, rate, could_bring in rows(
        marts,
        "select stuck_count, best_conversion_rate, potential_count"
        " from strategy_opportunities order by potential_count desc limit 6",
    ):
        times = "\N{MULTIPLICATION SIGN}"
        assert f"{stuck}{times}{percent(rate)}≈{could_bring:.0f}" in chances
    for source, customers in rows(
        marts,
        "(select segment, reached_count from conversion_funnel where stage = 'Customer'"
        " and segment_type = 'source' order by share_of_top limit 1) union all"
        " (select segment, reached_count from conversion_funnel where stage ="
        " 'Customer' and segment_type = 'source' order by share_of_top desc limit 1)",
    ):
        assert re.search(f"{source}leads(arecustomers\\()?{customers}of", findings)
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
