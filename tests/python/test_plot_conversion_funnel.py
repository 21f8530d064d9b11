from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from itables.utils import read_package_file
from plotly.offline import get_plotlyjs

import plot_conversion_funnel
from conftest import PACKED, data_of
from smartcrm.pages.page import draw_page, pack, read_datatables

# parts of the page that are marts of segments, and what they are called there
MARTS = {
    "funnel": "conversion_funnel",
    "steps": "funnel_steps",
    "cohorts": "funnel_cohorts",
    "times": "time_to_stage",
    "medians": "time_to_stage_medians",
    "velocity": "funnel_velocity",
}


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


@pytest.fixture(scope="module")
def sample_page(built: Path) -> str:
    """The page of the sample, drawn once."""
    with duckdb.connect(str(built), read_only=True) as connection:
        return draw_page(connection, "conversion_funnel")


@pytest.fixture(scope="module")
def shown(sample_page: str) -> dict[str, Any]:
    """What it shows."""
    return data_of(sample_page)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "page" / "funnel.html"


def draw(warehouse: duckdb.DuckDBPyConnection, out: Path) -> str:
    warehouse.close()
    assert plot_conversion_funnel.main(["--out", str(out)]) == 0
    return out.read_text(encoding="utf-8")


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


@pytest.mark.parametrize("part", MARTS)
def test_every_number_is_the_marts(
    warehouse: duckdb.DuckDBPyConnection, shown: dict[str, Any], part: str
) -> None:
    marts = warehouse.sql(f"from {MARTS[part]}")
    named = {row["segment_id"]: row for row in shown["segments"]}
    found = [{**named[row["segment_id"]], **row} for row in shown[part]]
    columns = [column for column in marts.columns if column in found[0]]
    assert {"segment_type", "segment"} < set(columns)
    expected = marts.select(", ".join(columns)).fetchall()
    assert len(expected) > 10
    assert {tuple(map(str, row)) for row in expected} == {
        tuple(str(row[column]) for column in columns) for row in found
    }


def test_whom_a_person_has_called_won_has_no_chance_to_be_won(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    chances = "select lead_id from win_within anti join lead_overrides using (lead_id)"
    asked, called = (lead_id for (lead_id,) in rows(warehouse, f"{chances} limit 2"))
    warehouse.execute(
        "insert into lead_overrides (lead_id, stage) values ($1, 'SQL'), ($2, $3)",
        (asked, called, "Customer"),
    )
    leads = {lead["lead_id"]: lead for lead in data_of(draw(warehouse, out))["leads"]}
    assert leads[asked]["win_probability"] is not None
    assert leads[called]["win_probability"] is None


def test_counts_of_leads_are_the_marts(
    warehouse: duckdb.DuckDBPyConnection, shown: dict[str, Any]
) -> None:
    recorded = rows(
        warehouse,
        "select funnel_stage, simulated_stage, count(*) from leads group by all",
    )
    moves = rows(
        warehouse,
        "select count(*), count_if(is_backward), count_if(not is_backward)"
        " from reclassified_leads",
    )
    work = rows(
        warehouse,
        "select owner_team, count(*), count_if(is_late) from team_worklist group by 1",
    )
    (context,) = rows(warehouse, "select * from decision_context")
    everything = next(
        row["segment_id"] for row in shown["segments"] if row["segment_type"] == "all"
    )
    for part, counted in (("recorded", recorded), ("moves", moves)):
        assert sorted(counted) == sorted(
            tuple(row.values())[1:]
            for row in shown[part]
            if row["segment_id"] == everything
        )
    assert sorted(work) == sorted(
        (row["list_name"], row["lead_count"], row["late_count"])
        for row in shown["work"]
        if row["list_kind"] == "team"
    )
    (build,) = shown["build"]
    assert build["as_of_date"] == str(context[0])
    assert build["leads_from"] == "the sample"
    assert sorted(row["value"] for row in shown["thresholds"]) == sorted(context[1:])


def test_the_leads_that_need_somebody_come_first_and_not_all_come(
    warehouse: duckdb.DuckDBPyConnection, shown: dict[str, Any]
) -> None:
    leads = shown["leads"]
    assert len(leads) == 1000
    lates = [row["is_late"] for row in leads]
    assert lates == sorted(lates, reverse=True)
    assert any(lates)
    listed = [row["due_status"] is not None for row in leads]
    assert listed == sorted(listed, reverse=True)
    segments = rows(
        warehouse, "select lead_id, segment_type, segment from lead_segments"
    )
    assert sorted(segments) == sorted(
        (row["lead_id"], *pair) for row in leads for pair in row["segments"].items()
    )


def test_more_leads_than_the_page_may_hold_make_it_no_larger(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    six_times = "select * exclude (range) replace (lead_id || range as lead_id)"
    for name in ("leads", "lead_segments", "lead_progress", "lead_milestones"):
        warehouse.execute(f"create table found as from {name}")
        kind = "view" if name in ("leads", "lead_segments") else "table"
        warehouse.execute(f"drop {kind} {name}")
        warehouse.execute(
            f"create table {name} as {six_times} from found cross join range(6)"
        )
        warehouse.execute("drop table found")
    page = draw(warehouse, out)
    assert len(data_of(page)["leads"]) == 4000
    assert out.stat().st_size < 6_500_000


def test_pairs_of_segments_name_the_two_that_they_are_of(
    shown: dict[str, Any],
) -> None:
    by_id = {row["segment_id"]: row for row in shown["segments"]}
    pairs = [row for row in shown["segments"] if row["first_id"] is not None]
    assert len(pairs) > 100
    for row in pairs:
        both = [by_id[row["first_id"]], by_id[row["second_id"]]]
        assert row["segment_type"] == " and ".join(one["segment_type"] for one in both)
        assert row["segment"] == " and ".join(one["segment"] for one in both)


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
        "moved_count": None,
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
        "     'Lead' as stage, 1 as stage_order, range as ever_count,"
        "     range as standing_count from range(1, 61)"
    )
    data = data_of(draw(warehouse, out))
    owners = [row for row in data["segments"] if row["segment_type"] == "sales_owner"]
    assert [row["segment"] for row in owners] == [
        f"Owner {n}" for n in range(60, 10, -1)
    ]
    assert {row["type_count"] for row in owners} == {60}


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"funnel": [{"rate": float("nan")}]})


def test_the_page_asks_nothing_of_the_network(sample_page: str) -> None:
    own = PACKED.sub("", sample_page)
    for library in (
        get_plotlyjs(),
        read_datatables(),
        read_package_file("html", "dt_bundle.css"),
    ):
        assert library in own
        own = own.replace(library, "")
    assert len(own) < len(sample_page) / 10
    asked = re.findall(r"""\b(?:src|href|srcset|action|data)\s*=\s*["']([^"']*)""", own)
    # nothing but an icon that is empty, and a place on the page itself
    assert asked == ["data:,", "#main"]
    assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|import\(", own)
    assert "default-src 'none'" in own
    assert "innerHTML" not in own


def test_the_page_is_the_same_each_time_and_not_large(
    sample_page: str,
    built: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(built))
    assert plot_conversion_funnel.main(["--out", str(out)]) == 0
    assert capsys.readouterr() == (f"{out}\n", "")
    assert out.read_text(encoding="utf-8") == sample_page
    assert out.stat().st_size < 6_500_000


def test_no_leads_is_a_page_without_charts(
    warehouse: duckdb.DuckDBPyConnection, out: Path
) -> None:
    for table in ("stg_leads", "segment_counts", "funnel_steps", "lead_progress"):
        warehouse.execute(f"delete from {table}")
    warehouse.execute("delete from conversion_funnel where segment_type != 'all'")
    warehouse.execute("update conversion_funnel set ever_count = 0, now_count = 0")
    data = data_of(draw(warehouse, out))
    # what it shows then, test_an_empty_project_explains_itself sees in a browser
    assert data["recorded"] == data["leads"] == data["steps"] == []
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


def test_a_file_of_another_kind_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "leads.csv"
    export.write_text("lead_id\n1\n", encoding="utf-8")
    assert plot_conversion_funnel.main(["--out", str(export)]) == 2
    said = f"--out is '{export}'; name a file that ends in .html\n"
    assert capsys.readouterr().err == said
    assert export.read_text("utf-8") == "lead_id\n1\n"
