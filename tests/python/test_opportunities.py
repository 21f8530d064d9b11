"""Opportunities and the back-test, against plain Python from the same days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import pytest

from compiled_project import CompiledProject
from conftest import UNTESTED, Project
from intervals import Z, interval, wilson
from made_leads import TODAY, World

HORIZON = timedelta(days=90)
KINDS = 4  # of segments
ADDED = 30  # leads of the common rate, comparable_min_leads
ORDER = {"Disqualified": 0, "Lead": 1, "MQL": 2, "SQL": 3, "Customer": 4}


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return marts.execute(query).fetchall()


def steps(
    marts: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[str, str, bool | None, bool]]:
    """Lead, stage, whether it went on and whether it was won, of mature leads.

    None where it went on, nobody knows when.
    """
    ((as_of,),) = rows(marts, "select as_of_date from as_of")
    reached = dict(
        rows(marts, "select lead_id, furthest_stage_order from lead_progress")
    )
    for lead_id, *days in rows(
        marts,
        "select lead_id, lead_on, mql_on, sql_on, customer_on from lead_milestones",
    ):
        for nth, stage in enumerate(("Lead", "MQL", "SQL")):
            later = [day for day in days[nth + 1 :] if day]
            if days[nth] is None or days[nth] + HORIZON > as_of:
                continue
            if not later and reached[lead_id] > nth + 1:
                yield lead_id, stage, None, False
                continue
            won: date | None = days[3]
            yield (
                lead_id,
                stage,
                bool(later) and min(later) <= days[nth] + HORIZON,
                won is not None and won <= days[nth] + HORIZON,
            )


def test_a_segment_is_measured_by_all_others(marts: duckdb.DuckDBPyConnection) -> None:
    segments = defaultdict(list)
    for lead_id, kind, segment in rows(
        marts,
        "select lead_id, segment_type, segment from lead_segments"
        " where segment_type != 'all'"
        " and segment != 'Unassigned'",
    ):
        segments[lead_id].append((kind, segment))
    reached: Counter[Any] = Counter()
    went_on: Counter[Any] = Counter()
    won: Counter[str] = Counter()
    undated: Counter[Any] = Counter()
    all_reached: Counter[str] = Counter()
    for lead_id, stage, is_on, is_won in steps(marts):
        if is_on is None:
            undated.update((*each, stage) for each in segments[lead_id])
            continue
        all_reached[stage] += 1
        won[stage] += is_won
        for kind, segment in segments[lead_id]:
            reached[kind, segment, stage] += 1
            went_on[kind, segment, stage] += is_on
    expected = {}
    for (kind, segment, stage), count in reached.items():
        peers = [key for key in reached if key[0] == kind and key[2] == stage]
        everybody = sum(reached[key] for key in peers)
        everybody_on = sum(went_on[key] for key in peers)
        if everybody == count:
            continue
        on = went_on[kind, segment, stage]
        others = everybody - count + ADDED
        others_on = everybody_on - on + ADDED * everybody_on / everybody
        own, bar = on / count, others_on / others
        if bar <= own:
            continue
        late = undated[kind, segment, stage]
        others_late = sum(undated[key] for key in peers) - late
        own_high = wilson(on + late, count + late)[1]
        bar_low = wilson(others_on, others + others_late)[0]
        low = bar - own - sqrt((bar - bar_low) ** 2 + (own_high - own) ** 2)
        after = {"Lead": "MQL", "MQL": "SQL", "SQL": None}[stage]
        pays = 1 if after is None else won[after] / all_reached[after]
        beyond = (bar - own) / (bar - own - low) * Z > NormalDist().inv_cdf(
            1 - 0.025 / (KINDS * len(peers))
        )
        expected[kind, segment, stage] = (
            *(count, on, pytest.approx(own), pytest.approx(bar)),
            pytest.approx(low, abs=1e-4),
            pytest.approx(count * (bar - own) * pays),
            beyond,
            beyond
            and stage == "SQL"
            and kind in ("source", "sales_owner")
            # who they are is not known
            and segment != "Other",
        )
    found = rows(
        marts,
        "select segment_type, segment, stage, lead_count, went_on_count,"
        " conversion_rate, bar_rate, gap_low, extra_customers, is_beyond_noise,"
        " is_opportunity from strategy_opportunities",
    )
    assert {row[:3]: row[3:] for row in found} == expected
    assert expected


def test_rules_and_stages_are_judged_by_what_came_after(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    decided = rows(
        marts,
        "select lead_id, stage_rule, simulated_stage, is_won_within"
        " from landmark_decisions",
    )
    flags: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for lead_id, rule, stage, is_won in decided:
        flags["rule", rule].append((lead_id, is_won))
        for bar in ("MQL", "SQL"):
            if ORDER[stage] >= ORDER[bar]:
                flags["stage", f"{bar} or beyond"].append((lead_id, is_won))
    won = Counter(lead_id for lead_id, *_, is_won in decided if is_won)
    wins = won.total()
    base = wins / len(decided)
    expected = {}
    for flag, flagged in flags.items():
        count, hits = len(flagged), sum(is_won for _, is_won in flagged)
        leads = Counter(lead_id for lead_id, _ in flagged)
        of_lead = Counter(lead_id for lead_id, is_won in flagged if is_won)
        rate = hits / count
        rated = interval((leads[one], of_lead[one]) for one in leads)
        caught = interval((n, of_lead[one]) for one, n in won.items())
        expected[flag] = (
            *(count, len(leads), hits, wins - hits, pytest.approx(hits / wins)),
            *(pytest.approx(caught, abs=1e-4), pytest.approx(rate)),
            *(pytest.approx(rated, abs=1e-4), pytest.approx(rate / base)),
        )
    found = rows(
        marts,
        "select flagged_by, flag, flagged_count, lead_count, win_count, missed_count,"
        " caught_share, (caught_share_low, caught_share_high), win_rate,"
        " (win_rate_low, win_rate_high), lift from rule_backtest",
    )
    stages = {row[:2]: row[2:] for row in found if row[1] != "Customer or beyond"}
    assert stages == expected
    missed = {lead_id for lead_id, *_, is_won in decided if is_won} - {
        lead_id
        for lead_id, _, stage, is_won in decided
        if is_won and ORDER[stage] >= ORDER["SQL"]
    }
    assert {one for (one,) in rows(marts, "select lead_id from missed_wins")} == missed
    assert missed


def test_what_holds_leads_back_is_compared_at_equal_intent(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    ((active,),) = rows(marts, "select active_max_days from decision_context")
    at = {
        (lead_id, nth): values
        for lead_id, nth, *values in rows(
            marts,
            "select lead_id, nth, stage_order, stage_rule, simulated_stage,"
            " intent_score, days_since_engaged, is_won_within from landmark_decisions",
        )
    }
    held: dict[str, dict[int, list[tuple[bool, bool, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for (lead_id, nth), (order, rule, stage, intent, quiet, _) in at.items():
        if (lead_id, nth - 1) not in at:
            continue
        order_later, _, _, intent_later, quiet_later, is_won = at[lead_id, nth - 1]
        band = -1 if intent is None else min(intent, 99) // 20
        if rule == "cooled_off":
            held["cooled_off"][band].append((order_later > order, is_won, lead_id))
        if intent is None:
            is_scored = intent_later is not None
            held["not_scored"][band].append((is_scored, is_won, lead_id))
        if stage == "SQL" and quiet is not None and quiet > active:
            is_back = quiet_later is not None and quiet_later <= active
            held["stale_sql"][band].append((is_back, is_won, lead_id))
    widest = 1.0
    for hold, freed, still, *found in rows(
        marts,
        "select hold, freed_count, held_count, difference, difference_low,"
        " difference_high from held_back_leads where hold != 'unowned'",
    ):
        weights = differences = variance = by_pairs = 0.0
        by_lead: dict[str, float] = defaultdict(float)
        pairs = [pair for band in held[hold].values() for pair in band]
        assert freed == sum(is_free for is_free, *_ in pairs)
        assert still == len(pairs) - freed
        for band in held[hold].values():
            free = [is_won for is_free, is_won, _ in band if is_free]
            kept = [is_won for is_free, is_won, _ in band if not is_free]
            if free and kept:
                weight = len(free) * len(kept) / len(band)
                weights += weight
                gap = sum(free) / len(free) - sum(kept) / len(kept)
                differences += weight * gap
                for side in (free, kept):
                    rate = (sum(side) + 1) / (len(side) + 2)
                    variance += weight**2 * rate * (1 - rate) / (len(side) + 2)
                # how far a lead's own pairs go the same way
                for is_free, is_won, lead_id in band:
                    side = free if is_free else kept
                    added = weight * (is_won - sum(side) / len(side)) / len(side)
                    by_lead[lead_id] += added if is_free else -added
                    by_pairs += added**2
        if not weights:
            assert found == [None] * 3
            continue
        clustered = sum(each**2 for each in by_lead.values())
        widening = max(clustered / by_pairs, 1) ** 0.5 if by_pairs else 1
        widest = max(widest, widening)
        half = Z * variance**0.5 / weights * widening
        difference = differences / weights
        expected = (difference, difference - half, difference + half)
        assert found == pytest.approx(expected, abs=5.1e-5)
    assert widest > 1.2


def test_without_days_nothing_is_claimed(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    leads = [
        *["Customer,90,2026-06-01,Webinar"] * 40,
        *["SQL,90,2026-06-01,Webinar"] * 5,
        *["SQL,90,2026-06-01,Event"] * 60,
        *["Lead,10,2026-06-01,Event"] * 60,
    ]
    path = write_csv(
        "lead_id,funnel_stage,intent_score,created_at,source",
        *(f"L{number},{lead}" for number, lead in enumerate(leads)),
    )
    result = project.dbt(
        *("build", "--select", "+strategy_opportunities", "+rule_backtest"),
        *("+held_back_leads", "+conversion_funnel", *UNTESTED),
        leads_path=str(path),
    )
    assert result.returncode == 0, result.stdout
    assert project.rows("select count(*) from landmarks") == [(0,)]
    assert project.rows("select count(*) from rule_backtest") == [(0,)]
    # who went on from SQL nobody knows when
    assert project.rows(
        "select count(*) from strategy_opportunities where stage = 'SQL'"
        " and went_on_count > 0"
    ) == [(0,)]
    assert project.rows(
        "select sum(landmark_count), count(difference) from held_back_leads"
    ) == [(0, 0)]
    # what stands is counted all the same, and what is only inferred is said to be
    assert project.rows(
        "select stage, ever_count, inferred_count from conversion_funnel"
        " where segment_type = 'all' order by stage_order"
    ) == [("Lead", 165, 0), ("MQL", 105, 105), ("SQL", 105, 105), ("Customer", 40, 40)]


def test_who_is_given_the_customers_is_no_bar_for_those_who_won_them(
    sample: Project,
) -> None:
    """Nobody lags where an account manager takes the won leads over, and Cyd does."""
    compiled = CompiledProject(sample.database, sample.target, "strategy_opportunities")
    found = "select segment from strategy_opportunities where is_opportunity"
    for win_days, owner, not_won, expected in [
        # an account manager takes over what they win, and some that are not won yet
        ({"Ann": 4, "Bob": 4, "Cyd": 4}, "Dan", 0, []),
        ({"Ann": 3, "Bob": 3}, "Dan", 9, []),
        # who has a fifth that is not won sells as they do
        ({"Ann": 3, "Bob": 3}, "Dan", 10, [("Ann",), ("Bob",)]),
        ({"Ann": 2, "Bob": 2, "Cyd": 0}, None, 0, [("Cyd",)]),
    ]:
        world = World()
        for _ in range(not_won):
            world.add(300, ("SQL", 280), sales_owner=owner)
        for name, one_in in win_days.items():
            for nth in range(60):
                is_won = one_in and nth % one_in == 0
                sale = [("Customer", 250)] if is_won else []
                by = owner if is_won and owner else name
                world.add(300, ("SQL", 280), *sale, sales_owner=by)
        compiled.run(world.leads, world.activities, world.changes, TODAY)
        assert sorted(compiled.rows(found)) == expected
