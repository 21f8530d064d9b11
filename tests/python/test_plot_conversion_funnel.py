from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from plotly.offline import get_plotlyjs

import plot_conversion_funnel
from smartcrm.pages.page import render_json

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!-- $plotly ${data} & 'quotes' \"too\" \\",
    "line\u2028and\u2029paragraph",
    "مبيعات 😀",
    "x" * 300,
)
FUNNEL = (
    "stage",
    "stage_order",
    "reached_count",
    "standing_count",
    "previous_count",
    "drop_off_count",
    "conversion_rate",
    "drop_off_rate",
    "share_of_top",
)
OPPORTUNITY = (
    "segment_type",
    "segment",
    "stage",
    "next_stage",
    "owner_team",
    "main_rule",
    "next_step",
    "best_segment",
    "stuck_count",
    "main_rule_count",
    "conversion_rate",
    "best_conversion_rate",
    "potential_count",
)


def data_of(page: str) -> dict[str, Any]:
    return json.loads(DATA.findall(page)[0])


@pytest.fixture(autouse=True)
def warehouse(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> duckdb.DuckDBPyConnection:
    """A copy of the built database, which a test may change before it draws."""
    # the views in it know the database by the name of its file
    path = tmp_path / "database" / built.name
    path.parent.mkdir()
    shutil.copy(built, path)
    monkeypatch.setenv("SMARTCRM_DB", str(path))
    connection = duckdb.connect(str(path))
    # the ledger's view becomes a table, so that a test may write its entries
    connection.execute("create table entries as from stg_logic_overrides")
    connection.execute("drop view stg_logic_overrides")
    connection.execute("alter table entries rename to stg_logic_overrides")
    return connection


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "page" / "funnel.html"


def draw(warehouse: duckdb.DuckDBPyConnection, out: Path) -> str:
    warehouse.close()
    assert plot_conversion_funnel.main(["--out", str(out)]) == 0
    return out.read_text(encoding="utf-8")


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


def test_every_number_is_the_marts(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    funnel = rows(
        warehouse,
        f"select segment_type, segment, {', '.join(FUNNEL)} from conversion_funnel",
    )
    opportunities = rows(
        warehouse, f"select {', '.join(OPPORTUNITY)} from strategy_opportunities"
    )
    health = rows(
        warehouse,
        "select effective_stage, engagement_health, count(*) from leads group by all",
    )
    recorded = rows(
        warehouse,
        "select funnel_stage, simulated_stage, count(*) from leads group by all",
    )
    moves = rows(
        warehouse,
        "select count(*), count_if(is_backward), count_if(not is_backward)"
        " from reclassified_leads",
    )
    (context,) = rows(warehouse, "select * from decision_context")
    data = data_of(draw(warehouse, out))

    assert len(funnel) > 4
    assert opportunities
    segments = {
        row["segment_id"]: (row["segment_type"], row["segment"])
        for row in data["segments"]
    }
    assert set(funnel) == {
        (*segments[row["segment_id"]], *(row[column] for column in FUNNEL))
        for row in data["funnel"]
    }
    assert set(opportunities) == {
        tuple(row[column] for column in OPPORTUNITY) for row in data["opportunities"]
    }
    everything = next(key for key, value in segments.items() if value[0] == "all")
    for part, counted in (("health", health), ("recorded", recorded), ("moves", moves)):
        assert sorted(counted) == sorted(
            tuple(row.values())[1:]
            for row in data[part]
            if row["segment_id"] == everything
        )
    assert data["as_of"] == [
        {"as_of_date": str(context[0]), "leads_from": "the sample"}
    ]
    assert sorted(row["value"] for row in data["thresholds"]) == sorted(context[1:])


def test_opportunities_go_by_what_they_could_bring(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    data = data_of(draw(warehouse, out))
    could_bring = [row["potential_count"] for row in data["opportunities"]]
    assert could_bring == sorted(could_bring, reverse=True)
    for row in data["opportunities"]:
        assert row["potential_count"] == pytest.approx(
            row["stuck_count"] * row["best_conversion_rate"]
        )
        assert row["next_step"]
        assert row["example_reason"]
    # leads get an owner once they look good, so those without are no one's measure
    assert "Unassigned" in {row["segment"] for row in data["segments"]}
    shown = {(row["segment_type"], row["segment"]) for row in data["opportunities"]}
    assert {kind for kind, _ in shown} >= {"sales_owner", "source"}
    assert ("sales_owner", "Unassigned") not in shown


def test_an_opportunity_lists_its_first_leads_by_intent(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    leads = {
        row[0]: row
        for row in rows(
            warehouse,
            "select lead_id, effective_stage, intent_score, source, engagement_channel,"
            " company_size, coalesce(effective_owner, 'Unassigned') from leads",
        )
    }
    place = {"source": 3, "engagement_channel": 4, "company_size": 5, "sales_owner": 6}
    data = data_of(draw(warehouse, out))
    assert any(row["stuck_count"] > 25 for row in data["opportunities"])
    for row in data["opportunities"]:
        of_segment = [
            lead
            for lead in leads.values()
            if lead[1] == row["stage"]
            and lead[place[row["segment_type"]]] == row["segment"]
        ]
        assert len(of_segment) == row["stuck_count"]
        none_last = float("inf")
        of_segment.sort(
            key=lambda lead: (none_last if lead[2] is None else -lead[2], lead[0])
        )
        assert row["lead_ids"] == [lead[0] for lead in of_segment[:25]]
    shown = {lead_id for row in data["opportunities"] for lead_id in row["lead_ids"]}
    assert [row["lead_id"] for row in data["leads"]] == sorted(shown)


def test_overrides_in_force_are_shown_and_others_are_not(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    warehouse.execute("delete from stg_logic_overrides")
    warehouse.execute(
        "insert into stg_logic_overrides by name"
        " select override_id, 'Ann' as logged_by, 'threshold' as target_kind,"
        "     'sql_min_intent' as target, 'value' as field, '80' as old_value,"
        "     '70' as new_value, 'Stuck' as reason, is_in_force,"
        "     is_in_force as is_live, timestamp '2026-09-14 09:30:00' as logged_at"
        " from (values (1, false), (2, true)) as ledger (override_id, is_in_force)"
    )
    (override,) = data_of(draw(warehouse, out))["overrides"]
    assert override == {
        "override_id": 2,
        "target_kind": "threshold",
        "target": "sql_min_intent",
        "field": "value",
        "old_value": "80",
        "new_value": "70",
        "reason": "Stuck",
        "logged_by": "Ann",
        "logged_on": "2026-09-14",
        "expires_on": None,
        "total_count": 1,
    }


def test_the_picker_holds_the_50_largest_segments_of_a_kind(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    warehouse.execute(
        "delete from conversion_funnel where segment_type = 'sales_owner'"
    )
    warehouse.execute(
        "insert into conversion_funnel by name"
        " select 'sales_owner' as segment_type, 'Owner ' || range as segment,"
        "     'Lead' as stage, 1 as stage_order, range as reached_count,"
        "     range as standing_count from range(1, 61)"
    )
    data = data_of(draw(warehouse, out))
    owners = [row for row in data["segments"] if row["segment_type"] == "sales_owner"]
    assert [row["segment"] for row in owners] == [
        f"Owner {n}" for n in range(60, 10, -1)
    ]
    assert {row["type_count"] for row in owners} == {60}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_data_and_nothing_else(
    warehouse: duckdb.DuckDBPyConnection, out: Path, name: str
) -> None:
    ((segment,),) = rows(
        warehouse,
        "select max(segment) from strategy_opportunities where segment_type = 'source'",
    )
    for mart in ("conversion_funnel", "segment_counts", "strategy_opportunities"):
        warehouse.execute(
            f"update {mart} set segment = $name where segment = $segment",
            {"name": name, "segment": segment},
        )
    warehouse.execute("update stg_logic_overrides set reason = $name", {"name": name})
    page = draw(warehouse, out)
    data = data_of(page)
    assert name in {row["segment"] for row in data["segments"]}
    assert name in {row["segment"] for row in data["opportunities"]}
    assert {row["reason"] for row in data["overrides"]} == {name}
    assert not re.search("[<>&\u2028\u2029]", DATA.findall(page)[0])
    # data, plotly and the page's own script: a name can end none of them
    assert page.count("</script>") == 3
    assert page.count(get_plotlyjs()) == 1


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        render_json({"funnel": [{"rate": float("nan")}]})


def test_the_page_asks_nothing_of_the_network(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    page = draw(warehouse, out)
    own = DATA.sub("", page).replace(get_plotlyjs(), "")
    assert len(own) < len(page) / 10
    asked = re.findall(r"""\b(?:src|href|srcset|action|data)\s*=\s*["']([^"']*)""", own)
    assert asked == ["data:,"]
    assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|import\(", own)
    assert "default-src 'none'" in own
    assert "innerHTML" not in own


def test_the_page_is_the_same_each_time_and_not_large(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    page = draw(warehouse, out)
    assert draw(warehouse, out.with_name("again.html")) == page
    assert out.stat().st_size < 6_000_000


def test_it_prints_where_the_page_is(
    warehouse: duckdb.DuckDBPyConnection,
    out: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draw(warehouse, out)
    assert capsys.readouterr() == (f"{out}\n", "")


def test_no_leads_is_a_page_that_says_so(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    emptied = ("stg_leads", "segment_counts", "strategy_opportunities")
    for table in emptied:
        warehouse.execute(f"delete from {table}")
    warehouse.execute("delete from conversion_funnel where segment_type != 'all'")
    warehouse.execute(
        "update conversion_funnel set reached_count = 0, standing_count = 0,"
        " previous_count = null, drop_off_count = null, conversion_rate = null,"
        " drop_off_rate = null, share_of_top = null"
    )
    page = draw(warehouse, out)
    data = data_of(page)
    # the script shows the message and no chart where nothing is recorded
    assert "if (data.recorded.length === 0)" in page
    assert "No leads yet:" in page
    assert data["recorded"] == data["leads"] == data["opportunities"] == []
    assert data["thresholds"]


@pytest.mark.parametrize("trouble", ["no database", "no mart", "a folder"])
def test_what_cannot_run_says_why_in_a_line_and_leaves_nothing(
    warehouse: duckdb.DuckDBPyConnection,
    out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: str,
) -> None:
    if trouble == "no mart":
        warehouse.execute("drop table strategy_opportunities")
    warehouse.close()
    if trouble == "no database":
        monkeypatch.setenv("SMARTCRM_DB", str(tmp_path / "nowhere.duckdb"))
    if trouble == "a folder":
        out.mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    assert plot_conversion_funnel.main(["--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert {
        "no database": "run `dbt build` first",
        "no mart": "strategy_opportunities",
        "a folder": "--out",
    }[trouble] in printed.err
    assert sorted(tmp_path.rglob("*")) == before
