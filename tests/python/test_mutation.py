"""Unit tests find the errors that are put into a decision and into a list."""

from __future__ import annotations

import random

from smartcrm.faults import Fault

import pytest

from conftest import Project
from smartcrm.mutation.mutants import mutants_of
from smartcrm.mutation.report import Equal, read_equal, report
from smartcrm.mutation.trials import Build, Trial, Verdict, store_views

MODELS = ("leads_with_stages", "lead_work")
SEED = 16
TRIED = 15  # of each model; `make mutants` tries all


@pytest.fixture(scope="module")
def build(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of the sample in which dbt has run the unit tests of both models."""
    project = sample.copy_to(tmp_path_factory.mktemp("mutants") / "copy")
    project.env |= {"DBT_WRITE_JSON": "true"}
    ran = project.dbt(
        "test", "--select", *(f"{model},test_type:unit" for model in MODELS)
    )
    assert ran.returncode == 0, ran.stdout
    store_views(project.database)
    return Build(project.target, project.database)


@pytest.mark.parametrize("model", MODELS)
def test_a_handful_of_mutants_die(build: Build, model: str) -> None:
    trial = Trial(build, model)
    mutants = random.Random(SEED).sample(trial.mutants(), TRIED)
    told = report(trial.judge(mutants, with_data=False), read_equal())
    assert not told.survivors, "\n".join(told.lines)


def test_a_mutant_that_no_test_asks_about_survives(build: Build) -> None:
    trial = Trial(build, "lead_work")
    trial.unit_tests.clear()
    mutant = trial.mutants()[0]
    told = report(trial.judge([mutant], with_data=False), [])
    assert [survivor.mutant for survivor in told.survivors] == [mutant]
    assert told.lines[-1] == (
        f"survives: lead_work, line {mutant.line}, {mutant.change}"
    )


def test_a_unit_test_that_fails_already_is_told(build: Build) -> None:
    name, sql = next(build.unit_tests_of("lead_work"))
    wrong = sql.replace("'asks_today'", "'asks_tomorrow'", 1)
    with pytest.raises(Fault, match=f"the unit test {name} fails without a mutant"):
        Trial(build, "lead_work")._set_up(name, wrong, "wrong_")


def test_each_kind_of_error_is_put_in_once() -> None:
    sql = """
        with step as (
            select
                a + 1 as b,
                row_number() over (partition by c order by d desc nulls last, e) as n
            from t
            left join u on t.id = u.id
            where a >= 2 and c is not null
        )
        select case when n = 1 then 'x' when n = 2 then 'y' end as v from step
    """
    changes = [mutant.change for mutant in mutants_of("m", sql)]
    assert changes == [
        "last step: without `when n = 1`",
        "last step: without `when n = 2`",
        "last step: `n = 1` becomes `n <> 1`",
        "last step: `n = 1` becomes `n = 2`",
        "last step: `'x'` becomes `'x~'`",
        "last step: `n = 2` becomes `n <> 2`",
        "last step: `n = 2` becomes `n = 3`",
        "last step: `'y'` becomes `'y~'`",
        "step: `a + 1` becomes `a - 1`",
        "step: `a + 1` becomes `a + 2`",
        "step: partition by without `c`",
        "step: order by without `d DESC`",
        "step: order by without `e`",
        "step: order by `d` ascending",
        "step: order by `d` with nulls at the other end",
        "step: order by `e` descending",
        "step: left join of `u` becomes inner",
        "step: without `a >= 2`",
        "step: without `NOT c IS NULL`",
        "step: `a >= 2` becomes `a > 2`",
        "step: `a >= 2` becomes `a >= 3`",
        "step: `NOT c IS NULL` becomes `c IS NULL`",
    ]


def test_what_is_said_to_be_equal_has_to_survive() -> None:
    mutant = next(mutants_of("m", "select 1 + a as b"))
    equal = Equal("m", "*`1 + a` becomes*", "it is not, but who knows")
    assert report([Verdict(mutant, None, None)], [equal])[1:] == ([], [])
    killed = report([Verdict(mutant, "unit", "some_test")], [equal])
    assert killed.stale == [equal]
    assert "no survivor is" in killed.lines[-1]
