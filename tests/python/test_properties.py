"""What holds for any input, tried on inputs that nobody would think of.

`make test` tries the same inputs each time, `make fuzz` others and many more.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from compiled_project import TODAY, CompiledProject
from conftest import Project
from hostile_inputs import Inputs, inputs
from reference import decisions, reading, values

READ = (
    *("rejected_leads", "lead_quality_issues"),
    *("rejected_activities", "rejected_stage_changes"),
)
# of which `make fuzz` makes its inputs; those of `make test` are the same each time
SEED = os.environ.get("FUZZ_SEED")
TIMES = 25 if SEED else 1


def tries(count: int) -> Callable[[Callable], Callable]:
    """Let hypothesis try a test so many times, and with a seed many times more."""

    def decorate(test: Callable) -> Callable:
        tried = settings(
            max_examples=count * TIMES,
            derandomize=not SEED,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            # a failure shows one lead; to look for the smallest input takes minutes
            phases=[Phase.explicit, Phase.generate],
        )(test)
        return seed(int(SEED))(tried) if SEED else tried

    return decorate


@pytest.fixture(scope="module")
def compiled(sample: Project) -> CompiledProject:
    return CompiledProject(sample.database, sample.target, *READ, "lead_work")


def day(column: str) -> str:
    return f"{column} - date '1970-01-01'"


DECIDED = f"""
    select
        lead_id, funnel_stage, company_size, source, engagement_channel, sales_owner,
        {day("created_at")}, intent_score, intent_source, {day("last_engaged")},
        days_since_engaged, {day("last_touched")}, stage_rule, simulated_stage,
        health_rule, engagement_health, track_rule, nurture_track, owner_team,
        work_rule, work, channel, {day("due_on")}, is_late
    from leads_with_work
"""
LISTED = f"""
    select
        lead_id, owner_team, work_rule, handed_over_from, list_position, priority,
        signal_points, fresh_points, intent_points, handover_points,
        {day("waiting_since")}, {day("due_on")}, is_late
    from lead_work
"""
REJECTED = {
    "leads": "from rejected_leads",
    "activities": "select * exclude (input) from rejected_activities",
    "stage_changes": "select * exclude (input) from rejected_stage_changes",
}
ACTIVITIES = """
    select lead_id, activity_type, channel, epoch_us(occurred_at), has_time_of_day
    from stg_activities
"""
STAGE_CHANGES = """
    select lead_id, stage, epoch_us(entered_at), has_time_of_day from stg_stage_changes
"""


def by_id(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    found = {row[0]: row for row in rows}
    assert len(found) == len(rows), "a lead is there twice"
    return found


def assert_same(found: dict, expected: dict, tried: Inputs, what: str) -> None:
    """Show one lead that differs, and all that is said of it, instead of all leads."""
    for lead_id in sorted(found.keys() | expected.keys(), key=repr):
        if found.get(lead_id) != expected.get(lead_id):
            said = [
                row
                for rows in tried
                for row in rows
                if values.clean(row.get("lead_id")) == lead_id
            ]
            pytest.fail(
                f"{what} of {lead_id!r}\n  is    {found.get(lead_id)}\n"
                f"  not   {expected.get(lead_id)}\n  from  {said}",
                pytrace=False,
            )


def assert_rows(found: Counter, expected: Counter, what: str) -> None:
    """Show a few rows that differ instead of all rows."""
    more, less = found - expected, expected - found
    if more or less:
        shown = "\n  ".join(map(repr, [*[*more][:3], "not", *[*less][:3]]))
        pytest.fail(f"{what} are\n  {shown}", pytrace=False)


def run(compiled: CompiledProject, tried: Inputs) -> tuple[dict, dict]:
    compiled.run(*tried)
    return by_id(compiled.rows(DECIDED)), by_id(compiled.rows(LISTED))


@tries(12)
@given(tried=inputs(least=80, most=200))
def test_every_row_is_read_and_every_lead_decided_as_the_documents_say(
    compiled: CompiledProject, tried: Inputs
) -> None:
    decided, listed = run(compiled, tried)
    expected = reading.read(*tried, values.day_number(TODAY))

    for name, rows in zip(REJECTED, tried, strict=True):
        rejected = Counter(compiled.rows(REJECTED[name]))
        assert_rows(rejected, expected.rejected[name], f"rejected {name}")
        # a row that says what another says is rejected as well
        ((kept,),) = compiled.rows(f"select count(*) from stg_{name}")
        assert kept + rejected.total() == len(rows)
    assert_rows(
        Counter(compiled.rows(ACTIVITIES)),
        Counter((*each[:3], *each.occurred) for each in expected.activities),
        "activities",
    )
    assert_rows(
        Counter(compiled.rows(STAGE_CHANGES)),
        Counter((*each[:2], *each.entered) for each in expected.stage_changes),
        "stage changes",
    )
    issues = Counter(compiled.rows("from lead_quality_issues"))
    assert_rows(issues, expected.issues, "issues")
    assert compiled.rows(f"select {day('as_of_date')} from as_of") == [
        (expected.as_of,)
    ]

    leads, lists, said = decisions.decide_all(expected)
    assert_same(decided, leads, tried, "the decision")
    assert_same(listed, lists, tried, "the place")
    receipts: dict[str, list[tuple[str, int, int]]] = {}
    for lead_id, *receipt in compiled.rows(
        "select lead_id, activity_type, epoch_us(occurred_at), (points * 1000)::int"
        " from intent_receipts"
    ):
        receipts.setdefault(lead_id, []).append(tuple(receipt))
    assert_same(
        {lead_id: sorted(receipts.get(lead_id, [])) for lead_id in leads},
        {lead_id: sorted(signals.receipts) for lead_id, signals in said.items()},
        tried,
        "the receipt",
    )
