"""What holds for any input, tried on inputs that nobody would think of.

`make test` tries the same inputs each time, `make fuzz` others and many more.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from compiled_project import TODAY, CompiledProject
from conftest import Project
from hostile_inputs import File, Inputs, csv_files, histories, inputs
from living_dbt import LivingDbt
from reference import decisions, reading, values
from smartcrm.rules.decisions import read_manifest
from smartcrm.simulation.rules import read_sql

READ = (
    *("rejected_leads", "lead_quality_issues"),
    *("rejected_activities", "rejected_stage_changes"),
)
# of which `make fuzz` makes its inputs; those of `make test` are the same each time
SEED = os.environ.get("FUZZ_SEED")
TIMES = 1 if SEED is None else 10
TRIED: Counter[str] = Counter()


def tries(count: int) -> Callable[[Callable], Callable]:
    """Let hypothesis try a test so many times, and with a seed many times more."""

    def decorate(test: Callable) -> Callable:
        tried = settings(
            max_examples=count * TIMES,
            derandomize=SEED is None,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            # a failure shows one lead; to look for the smallest input takes minutes
            phases=[Phase.explicit, Phase.generate],
        )(test)
        return tried if SEED is None else seed(SEED)(tried)

    return decorate


@pytest.fixture(scope="module", autouse=True)
def count_of_cases(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    # what is said of no rows holds
    assert TRIED["worlds with a score"] or not TRIED["worlds"]
    if SEED is not None:
        counts = ", ".join(f"{count:,} {name}" for name, count in TRIED.items())
        found = request.session.testsfailed
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\nTried {counts}; {found or 'no'} properties failed (SEED={SEED})")


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
    TRIED["rows of leads"] += len(tried.leads)
    return by_id(compiled.rows(DECIDED)), by_id(compiled.rows(LISTED))


@tries(8)
@given(tried=inputs(least=80, most=160))
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

    # rules of one's own have no second opinion; what is read does not depend on them
    others = compiled.rules.items() - decisions.RULES.items()
    if others and SEED is None:
        pytest.skip(f"tests/python/reference/decisions.py has not {dict(others)}")
    assert not others
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


def test_what_is_asked_on_the_day_after_a_touch_is_not_answered_by_it(
    compiled: CompiledProject,
) -> None:
    """Of both only the day is known."""
    compiled.run(
        [{"lead_id": "A"}],
        [
            {"lead_id": "A", "occurred_at": "2026-10-30", "activity_type": "mail_sent"},
            {
                "lead_id": "A",
                "occurred_at": "2026-10-31",
                "activity_type": "call_received",
            },
        ],
        [],
    )
    assert compiled.rows("select work_rule from lead_work") == [("answer",)]


def altered(row: dict[str, str | None]) -> dict[str, str | None]:
    """The row, saying that the lead is ready to buy."""
    return {**row, "intent_score": "100", "last_engaged": f"{TODAY}", "source": "Event"}


@tries(3)
@given(tried=inputs(least=80, most=160), dice=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_another_lead_changes_a_decision(
    compiled: CompiledProject, tried: Inputs, dice: Random
) -> None:
    decided, listed = run(compiled, tried)
    rejected = {name: Counter(compiled.rows(sql)) for name, sql in REJECTED.items()}

    shuffled = Inputs(*(dice.sample(rows, len(rows)) for rows in tried))
    again, listed_again = run(compiled, shuffled)
    assert_same(again, decided, tried, "with the rows in another order, the decision")
    assert_same(
        listed_again, listed, tried, "with the rows in another order, the place"
    )
    for name, sql in REJECTED.items():
        assert_rows(Counter(compiled.rows(sql)), rejected[name], f"rejected {name}")

    one = dice.choice(sorted(decided.keys() - {"anchor"}) or [None])
    is_of_one = [values.clean(row["lead_id"]) == one for row in tried.leads]
    changed = tried._replace(
        leads=[
            altered(row) if is_one else row
            for row, is_one in zip(tried.leads, is_of_one, strict=True)
        ]
    )
    beside, listed_beside = run(compiled, changed)
    for rows in (decided, listed, beside, listed_beside):
        rows.pop(one, None)
    assert_same(beside, decided, tried, f"beside another {one!r}, the decision")
    assert in_order(listed_beside) == in_order(listed)


def in_order(listed: dict[str, tuple]) -> dict[str, list[str]]:
    """The leads of each list, in their order on it."""
    order: dict[str, list[str]] = {}
    for lead in sorted(map(decisions.Listed._make, listed.values()), key=place_on_list):
        order.setdefault(lead.owner_team, []).append(lead.lead_id)
    return order


def place_on_list(lead: decisions.Listed) -> int:
    return lead.list_position


@tries(4)
@given(
    tried=inputs(least=50, most=110),
    more=st.integers(1, 60),
    ages=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_more_intent_lowers_no_stage_and_a_fresher_signal_no_place(
    compiled: CompiledProject, tried: Inputs, more: int, ages: tuple[int, int]
) -> None:
    """Of each lead there is one that wants more, and one that asks later."""
    leads, activities, changes = [], [], []
    ids = {}
    for number, row in enumerate(tried.leads[:-1]):
        # the last in the order of ids, where all else is equal
        base, keener, fresher = twins = [f"{kind}{number}" for kind in "abz"]
        ids[base] = keener, fresher
        score = values.score(row["intent_score"])
        keen = None if score is None else str(min(int(score) + more, 100))
        scores = (row["intent_score"], keen or row["intent_score"], row["intent_score"])
        for lead_id, text in zip(twins, scores, strict=True):
            leads.append({**row, "lead_id": lead_id, "intent_score": text})
            for records, theirs in (
                (activities, tried.activities),
                (changes, tried.stage_changes),
            ):
                records += [
                    {**each, "lead_id": lead_id}
                    for each in theirs
                    if each["lead_id"] in (f"L{number}", row["lead_id"])
                ]
        for lead_id, age in zip(twins, (max(ages), max(ages), min(ages)), strict=True):
            asked = f"{TODAY - timedelta(age)}T23:59:59.999999"
            activities.append(
                {
                    "lead_id": lead_id,
                    "occurred_at": asked,
                    "activity_type": "message_received",
                }
            )
    leads.append(tried.leads[-1])
    activities.append(tried.activities[-1])
    decided, listed = run(compiled, Inputs(leads, activities, changes))
    signals = dict(compiled.rows("select lead_id, unanswered_at from lead_signals"))
    for base, (keener, fresher) in ids.items():
        if base not in decided:
            continue
        lead, keen = (decisions.Decided(*decided[each]) for each in (base, keener))
        if keen.intent_source == lead.intent_source == "crm":
            assert keen.intent_score >= lead.intent_score
            order = [values.STAGES.index(each.simulated_stage) for each in (lead, keen)]
            assert order[0] <= order[1], (lead, keen)
        if base in listed and signals.get(fresher):
            place, fresh = (decisions.Listed(*listed[each]) for each in (base, fresher))
            is_fresher = not signals[base] or signals[fresher] > signals[base]
            if place.owner_team == fresh.owner_team and is_fresher:
                assert fresh.list_position < place.list_position, (place, fresh)
                assert fresh.priority >= place.priority


@pytest.fixture(scope="module")
def thresholds_of_today(
    sample: Project, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """The thresholds as compiled without a what-if, and for one by today's values."""
    in_force = dict(sample.rows("select threshold, value from thresholds_in_force"))
    # in a copy, since all workers share the sample
    copy = sample.copy_to(tmp_path_factory.mktemp("what_if") / "copy")
    done = copy.dbt("compile", "--select", "thresholds_in_force", what_if=in_force)
    assert done.returncode == 0, done.stdout
    node = read_manifest(copy.target)["model.smartcrm.thresholds_in_force"]
    before, after = (read_sql(each.target, node, "main") for each in (sample, copy))
    assert "'sql_min_intent' AS threshold, 70 AS value" in after
    return before, after


@tries(2)
@given(tried=inputs(least=80, most=160))
def test_a_what_if_with_the_values_of_today_moves_nobody(
    compiled: CompiledProject, thresholds_of_today: tuple[str, str], tried: Inputs
) -> None:
    decided, listed = run(compiled, tried)
    in_force, candidate = thresholds_of_today
    compiled.define("thresholds_in_force", candidate)
    try:
        then, listed_then = run(compiled, tried)
    finally:
        compiled.define("thresholds_in_force", in_force)
    assert_same(then, decided, tried, "by today's values, the decision")
    assert_same(listed_then, listed, tried, "by today's values, the place")


SHARES = {
    "time_to_stage": ("incidence_low", "incidence", "incidence_high"),
    "incidence_curves": ("incidence_low", "incidence", "incidence_high"),
    "funnel_cohorts": (
        "conversion_rate_low",
        "conversion_rate",
        "conversion_rate_high",
    ),
    "rule_backtest": ("win_rate_low", "win_rate", "win_rate_high"),
}


@pytest.fixture(scope="module")
def estimates(sample: Project) -> CompiledProject:
    return CompiledProject(sample.database, sample.target, *SHARES, "win_within")


@tries(4)
@given(tried=histories(least=200, most=400))
def test_what_is_likely_lies_between_0_and_1_and_no_incidence_falls(
    estimates: CompiledProject, tried: Inputs
) -> None:
    estimates.run(*tried)
    TRIED["rows of leads"] += len(tried.leads)
    for model, (low, share, high) in SHARES.items():
        outside = f"""
            select * from {model}
            where not ({share} between 0 and 1)
                or not ({low} between 0 and {share} and {high} between {share} and 1)
        """
        assert estimates.rows(outside) == [], model
    for model in ("time_to_stage", "incidence_curves"):
        falling = f"""
            select * from {model}
            qualify incidence < lag(incidence) over (
                partition by segment_type, segment, stage order by days
            )
        """
        assert estimates.rows(falling) == [], model
    unlikely = """
        select * from win_within
        where not coalesce(win_probability between 0 and 1, false)
            or not coalesce(base_rate between 0 and 1, false)
    """
    assert estimates.rows(unlikely) == []
    TRIED["worlds"] += 1
    if estimates.rows("select is_enough from known_outcomes") == [(True,)]:
        TRIED["worlds with a score"] += 1
        for model in (*SHARES, "win_within"):
            assert estimates.rows(f"select count(*) > 0 from {model}") == [(True,)]


@tries(20)
@given(file=csv_files())
def test_a_file_of_any_dialect_is_read_as_it_was_written(
    living_dbt: LivingDbt, file: File
) -> None:
    from dbt_common.exceptions import CompilationError

    TRIED["files"] += 1
    if file.fault:
        with pytest.raises(CompilationError, match=file.fault):
            living_dbt.read(file.record, file.data)
        return
    count, rows = living_dbt.read(file.record, file.data)
    assert count == len(rows)
    # an empty text is none
    written = ([text or None for text in row] for row in file.rows)
    found = ([text or None for text in row] for row in rows)
    assert_rows(Counter(map(tuple, found)), Counter(map(tuple, written)), "rows")
