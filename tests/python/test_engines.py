"""How engines are compared, without any of them; `make engines` compares them."""

from __future__ import annotations

import json
from pathlib import Path

from smartcrm.faults import Fault

import duckdb
import pytest

import compare_engines
from conftest import ROOT, read_yaml
from smartcrm.engines import ENGINES, postgres, spark
from smartcrm.engines.engine import Engine
from smartcrm.engines.parity import compare

SCORES = """
    select * from (
        values ('L1', 0.1::double, 'Lead'), ('L2', 0.2, null), ('L2', 0.2, null)
    ) as scores (lead_id, score, stage)
"""


def test_postgresql_cuts_the_name_of_no_unit_test() -> None:
    """It takes 63 characters of a name; of more, dbt finds its fixture no more."""
    names = [
        test["name"]
        for file in ROOT.glob("models/**/*__unit_tests.yml")
        for test in read_yaml(file)["unit_tests"]
    ]
    assert len(names) > 50
    assert [name for name in names if len(name) > 63] == []


class Other(Engine):
    """An engine that has what it is given."""

    name = "other"

    def __init__(self, rows: str) -> None:
        self.rows = rows

    def __exit__(self, *_: object) -> None: ...

    def forget(self) -> None: ...

    def load(self, table: str, rows: duckdb.DuckDBPyRelation) -> None: ...

    def read(self, relation: str, columns: dict[str, str], folder: Path) -> str:
        return f"({self.rows})"


@pytest.mark.parametrize(
    ("rows", "differing"),
    [
        (SCORES, 0),
        (SCORES.replace("0.1::double", "(0.1 + 1e-14)::double"), 0),
        (SCORES.replace("0.1::double", "0.1001::double"), 2),
        (SCORES.replace("('L2', 0.2, null), ", ""), 1),
        (SCORES.replace("'Lead'", "'lead'"), 2),
        (SCORES.replace("0.2, null)", "0.2, '')", 1), 2),
        (f"{SCORES} union all {SCORES}", 3),
        (f"{SCORES} limit 0", 3),
    ],
)
def test_a_row_that_only_one_side_has_is_counted(
    tmp_path: Path, rows: str, differing: int
) -> None:
    folder = tmp_path / "database"
    folder.mkdir()
    nodes = {
        kind: {
            "name": name,
            "unique_id": f"model.smartcrm.{name}",
            "resource_type": "model",
            "config": {"materialized": kind},
        }
        for kind, name in (
            *(("table", "scores"), ("view", "not_selected")),
            ("ephemeral", "not_built"),
        )
    }
    results = [
        {"unique_id": node["unique_id"]}
        for node in nodes.values()
        if node["name"] != "not_selected"
    ]
    (folder / "dbt").mkdir()
    for name, content in (
        ("manifest", {"nodes": nodes}),
        ("run_results", {"results": results}),
    ):
        written = folder / f"dbt/{name}.json"
        written.write_text(json.dumps(content), encoding="utf-8")
    with duckdb.connect(str(folder / "smartcrm.duckdb")) as database:
        database.execute(f"create table scores as {SCORES}")
    (compared,) = compare(Other(rows), folder)
    assert (compared.relation, compared.row_count) == ("scores", 3)
    assert compared.differing_count == differing
    assert bool(compared.only_duckdb or compared.only_engine) == bool(differing)


@pytest.mark.parametrize(
    ("engine", "package", "find"),
    [(postgres, "postgresql", "find_programs"), (spark, "default-jre", "find_java")],
)
def test_where_an_engine_can_not_be_had_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch,
    engine: object,
    package: str,
    find: str,
) -> None:
    monkeypatch.setattr(engine, find, lambda: None)
    monkeypatch.setattr(engine, "install", lambda *_: "no answer")
    get = engine.get_programs if engine is postgres else engine.get_java
    with pytest.raises(Fault, match=rf"can't be had \(no answer\).*{package}") as told:
        get()
    assert "\n" not in str(told.value)


def test_an_engine_that_is_not_one_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        compare_engines.main(["oracle"])
    assert capsys.readouterr().err.endswith(
        f"'oracle' is none of {', '.join(ENGINES)}\n"
    )
