"""The ways that the benchmark measures come to the same leads; no time is looked at.

The project's own leads are those of a thousand odd texts, which no other test builds.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from smartcrm.faults import Fault

import duckdb
import pytest

from conftest import UNTESTED, Project
from smartcrm.benchmark import ways
from smartcrm.benchmark.compare import check_equal
from smartcrm.benchmark.data import write_csv, write_raw_leads
from smartcrm.benchmark.report import render_page

ROWS = 1000


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with raw leads of which many are odd, and what the statement makes."""
    folder = tmp_path_factory.mktemp("ways")
    raw, by_hand = folder / "raw.parquet", folder / "by_hand.parquet"
    write_raw_leads(raw, ROWS, odd_rows=100)
    ways.run_python(folder, "by_hand", raw, by_hand)
    return folder


def test_the_statement_by_hand_has_the_leads_of_the_project(
    raw: Path, project: Project
) -> None:
    path = raw / "raw.parquet"
    built = project.dbt("build", "--select", "+leads", *UNTESTED, leads_path=str(path))
    assert built.returncode == 0, built.stdout
    count = check_equal(raw / "by_hand.parquet", project.database, "project")
    # some rows are rejected, and some ids repeat
    assert ROWS * 0.8 < count < ROWS


@pytest.mark.skipif(not find_spec("polars"), reason="polars comes with make bench")
def test_polars_has_the_same_leads(raw: Path) -> None:
    ways.run_python(raw, "polars_way", raw / "raw.parquet", raw / "polars.parquet")
    assert check_equal(raw / "by_hand.parquet", raw / "polars.parquet", "polars")


@pytest.mark.skipif(not find_spec("pandas"), reason="pandas comes with make bench")
def test_the_pandas_scripts_have_the_same_leads(raw: Path) -> None:
    write_csv(raw / "raw.parquet", raw / "raw.csv")
    ways.run_pandas(raw)
    last = raw / f"{ways.PANDAS[-1]}.csv"
    assert check_equal(raw / "by_hand.parquet", last, "pandas")


@pytest.mark.parametrize(
    "change",
    [
        "* replace (stage_reason || '.' as stage_reason)",
        "* replace (if(lead_id = 'L0500', null, last_engaged) as last_engaged)",
    ],
)
def test_one_value_that_differs_is_found(
    raw: Path, tmp_path: Path, change: str
) -> None:
    other = tmp_path / "other.parquet"
    with duckdb.connect() as database:
        database.execute(
            f"copy (select {change} from '{raw / 'by_hand.parquet'}') to '{other}'"
        )
    with pytest.raises(Fault, match="not those of the statement by hand"):
        check_equal(raw / "by_hand.parquet", other, "other")


def test_a_lead_that_is_missing_is_found(raw: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    with duckdb.connect() as database:
        database.execute(
            f"copy (from '{raw / 'by_hand.parquet'}' limit 500) to '{other}'"
        )
    with pytest.raises(Fault, match="not those of the statement by hand"):
        check_equal(raw / "by_hand.parquet", other, "other")


def test_the_page_shows_ratios_and_growth() -> None:
    def size(rows: int, cpu: float) -> dict:
        cost = {"wall": cpu, "cpu": cpu, "memory": 1e9}
        many = {"wall": cpu * 3, "cpu": cpu * 3, "memory": 2e9}
        plain = {"wall": cpu, "cpu": cpu, "memory": 1e8}
        found = {
            ways.BY_HAND: cost,
            "all models": many,
            "all models: select 1": plain,
            ways.UP_TO_LEADS: cost,
            ways.IN_POLARS: {"wall": cpu / 2, "cpu": cpu, "memory": 2e9},
        }
        days = {"first day": many, "second day": cost}
        return {
            "rows": rows,
            "leads": rows,
            "repeats": 1,
            "ways": found,
            "second_day": days,
        }

    sizes = [size(1_000_000, 2.0), size(10_000_000, 20.0)]
    page = render_page({"machine": {"cores": "2"}, "sizes": sizes, "commands": {}})
    assert "| all models | 6.00 s | 6.00 s | 2.00 GB | 3.00 | 3.00 | 2.00 |" in page
    assert "| all models, without start-up | 4.00 s | 4.00 s |" in page
    assert "| all models | 1.00 |" in page
    assert "| 10,000,000 | 60 s | 60 s | 20 s | 20 s | 0.33 |" in page
    assert "cores 2" in page
    # what is aimed at, reached and missed
    at = "| 10,000,000 |"
    assert f"| all models | wall | {ways.BY_HAND} {at} 3 | 2 | reached |" in page
    assert f"| up to leads | peak | {ways.IN_POLARS} {at} 0.5 | 0.5 | reached |" in page
    assert f"| up to leads | wall | {ways.IN_POLARS} {at} 1 | 2 | missed |" in page
    assert f"| a lead | CPU | a lead of 1,000,000 {at} 1.2 | 1 | reached |" in page
    assert "select 1` | the sample" not in page
