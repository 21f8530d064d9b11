"""Estimates against worlds whose truth is known: the quick form of `make prove`."""

from __future__ import annotations

import json
import re

from smartcrm.faults import command

import duckdb
import pytest

from conftest import ROOT, Project
from prove_estimates import FOLDER
from smartcrm.proof.estimators import ESTIMATORS, Estimator
from smartcrm.proof.verdicts import HEADER, fewest_covered, judge, render_page
from smartcrm.proof.worlds import SLOW_MODELS

PAGE = ROOT / "docs/proof.md"


def test_intervals_hold_what_was_planted(project: Project) -> None:
    ran = project.script(
        *("prove_estimates", "--quick", "--worlds", "4", "--truth-leads", "10000")
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for each in ESTIMATORS:
        assert (each.name in ran.stdout) is (each.model not in SLOW_MODELS)
    # the long form builds a candidate beside the same models
    results = project.folder / FOLDER / "dbt/run_results.json"
    built = {
        result["unique_id"].split(".")[2]
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
    }
    compared = {
        name
        for path in (ROOT / "models/what_if").glob("*.sql")
        for name in re.findall(r'last_build\("(\w+)"', path.read_text("utf-8"))
    }
    assert {"leads", "lead_work"} < compared <= built


def test_ctrl_c_in_a_query_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    @command
    def main(argv: list[str] | None) -> int:
        raise RuntimeError(*argv or ())

    assert main(["Query interrupted"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
    with pytest.raises(RuntimeError, match="lost"):
        main(["lost"])


def test_nine_of_ten_intervals_are_needed_but_for_bad_luck() -> None:
    counts = (0, 1, 20, 100, 1500)
    assert [fewest_covered(count) for count in counts] == [0, 0, 17, 90, 1350]


@pytest.mark.parametrize(
    ("rows", "fault", "said"),
    [
        ("i % 5 / 5, -1, 1, 0.4", "", "holds"),
        ("i % 5 / 5, -1, null, 0.4", "", "holds"),
        # one in five says that it is more
        ("i % 5 / 5, if(i % 5 = 4, 0.5, 0), 1, 0.4", "too few hold", "80/100"),
        ("i % 5 / 5, 0.5, 1, 0.4", "too few hold", "0/100"),
        # off by half of how far the estimates lie apart
        ("i % 5 / 5, -1, 1, 0.55", "biased", "-0.15"),
        ("i % 5 / 5, 0.6, 1, 0.55", "too few hold, biased", "0/100"),
        ("i % 5 / 5, null, null, 0.55", "biased", "-0.15"),
        # by less than that, which counts where no interval is stated
        ("i % 5 / 5, -1, 1, 0.5", "", "holds"),
        ("i % 5 / 5, null, null, 0.5", "biased", "-0.1"),
        # or by an accident
        ("i % 5 / 5, null, null, 0.48", "", "no bias found"),
        ("i % 5 / 5, null, null, null", "", "shown only"),
        # each estimate has a truth of its own
        ("i / 9, i / 9 - 0.1, i / 9 + 0.1, i / 9 + 0.1 * (i % 2) - 0.05", "", "holds"),
        ("1, 1, 1, 1", "", "holds"),
        ("1, 1, 1, 0", "too few hold, biased", "0/100"),
    ],
)
def test_what_falls_short_says_so(rows: str, fault: str, said: str) -> None:
    estimator = Estimator("a number", "a model", f"select {rows} from range(100) t(i)")
    with duckdb.connect() as worlds:
        verdict = judge(estimator, worlds)
    assert verdict.fault == fault
    (line,) = (
        line
        for line in render_page([verdict], 100, 1).splitlines()
        if line.startswith("| a number")
    )
    assert said in line
    assert fault in line


def test_a_few_worlds_tell_no_bias() -> None:
    rows = "select i % 5 / 5, null, null, 0.9 from range({}) t(i)"
    with duckdb.connect() as worlds:
        none, few, many = (
            judge(Estimator("", "", rows.format(count)), worlds)
            for count in (0, 25, 30)
        )
    assert few.bias == many.bias
    assert (few.fault, many.fault) == ("", "biased")
    assert none.cells[-1] == "no estimates"


def test_the_page_has_each_estimate_once() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    rows = [row for row in cells if len(row) == len(HEADER) and row != [*HEADER]]
    shown = [row for row in rows if not row[0].startswith("---")]
    assert [row[0] for row in shown] == [each.name for each in ESTIMATORS]
    # what falls short there heads the page, with why
    faults = ("too few hold", "biased")
    for each, row in zip(ESTIMATORS, shown, strict=True):
        is_told = any(line.startswith(f"- **{each.name}** (") for line in lines)
        assert is_told is row[-1].startswith(faults), each.name
        assert not is_told or any(each.why and each.why in line for line in lines)
