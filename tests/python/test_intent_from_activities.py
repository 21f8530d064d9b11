"""Intent as the sum of its receipts, and the day on which a stage lapses."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from conftest import ROOT, Project
from living_dbt import LivingDbt

AS_OF = date(2026, 10, 31)


@pytest.fixture(scope="module")
def types() -> dict[str, dict[str, str]]:
    """Rows of seeds/activity_types.csv by their type."""
    with (ROOT / "seeds/activity_types.csv").open(encoding="utf-8") as seed:
        return {row["activity_type"]: row for row in csv.DictReader(seed)}


def worth(row: dict[str, str], age_days: int) -> Decimal:
    """What an activity adds to the intent, to a thousandth."""
    if row["actor"] == "us":
        return Decimal(0)
    halved = int(row["points"]) * 0.5 ** (age_days / int(row["half_life_days"]))
    return Decimal(halved).quantize(Decimal("0.001"), ROUND_HALF_UP)


def test_receipts_make_the_score_and_stages_lapse_on_the_day_foretold(
    living_dbt: LivingDbt,
    write_csv: Callable[..., Path],
    types: dict[str, dict[str, str]],
) -> None:
    draw = random.Random(11)
    leads = ["lead_id,funnel_stage,intent_score,last_engaged"]
    activities = ["lead_id,occurred_at,activity_type,channel"]
    expected: dict[str, Decimal] = {}
    for number in range(400):
        lead_id = f"L{number:03}"
        stage = draw.choice(["Lead", "MQL", "SQL", "SQL"])
        # some have a score of the CRM's, some did nothing by themselves
        score = draw.choice(["", "", "", str(draw.randint(30, 100))])
        engaged = AS_OF - timedelta(days=draw.randint(0, 80))
        leads.append(f"{lead_id},{stage},{score},{engaged if score else ''}")
        for _ in range(draw.randint(0, 9)):
            kind = draw.choice(list(types))
            age = min(int(draw.expovariate(1 / 25)), 300)
            moment = datetime(2026, 10, 31, draw.randint(0, 23)) - timedelta(days=age)
            line = f"{lead_id},{moment.isoformat()}Z,{kind},"
            if line in activities:
                continue
            activities.append(line)
            if types[kind]["actor"] != "us":
                expected.setdefault(lead_id, Decimal(0))
                expected[lead_id] += worth(types[kind], age)
    paths = {
        "leads_path": str(write_csv(*leads)),
        "activities_path": str(write_csv(*activities, name="activities.csv")),
    }

    def build(day: date) -> dict[str, tuple]:
        living_dbt.build("leads", as_of_date=str(day), **paths)
        rows = living_dbt.rows(
            "select lead_id, intent_source, intent_score, simulated_stage,"
            " leaves_stage_on, leaves_stage_for from leads"
        )
        return {lead_id: tuple(row) for lead_id, *row in rows}

    now = build(AS_OF)
    receipts = dict(
        living_dbt.rows(
            "select lead_id, sum(points) from intent_receipts group by lead_id"
        )
    )
    for lead_id, points in expected.items():
        assert receipts.get(lead_id, Decimal(0)) == points, lead_id
    scored = {each: row for each, row in now.items() if row[0] == "activities"}
    assert len(scored) > 150
    for lead_id, (_, score, *_) in scored.items():
        assert score == min(int(expected[lead_id]), 100), lead_id
    assert {row[:2] for each, row in now.items() if each not in expected} >= {
        (None, None)
    }, "a lead that did nothing by itself is not scored"

    foretold = {each: row[3] for each, row in now.items() if row[3]}
    by_source = [now[lead_id][0] for lead_id in foretold]
    assert by_source.count("activities") > 40
    assert by_source.count("crm") > 20
    days = sorted(set(foretold.values()))
    for day in (days[0], days[len(days) // 3], days[2 * len(days) // 3]):
        then = build(day)
        for lead_id, (_, _, stage, leaves_on, leaves_for) in now.items():
            later = then[lead_id][2]
            if leaves_on is None or day < leaves_on:
                assert later == stage, (day, lead_id)
            elif day == leaves_on:
                assert later == leaves_for, (day, lead_id)
            else:
                assert later != stage, (day, lead_id)


def test_points_and_days_can_be_tried_and_logged_like_thresholds(
    built_project: Project,
) -> None:
    project = built_project
    refused = project.script("what_if", "points.fax_sent=4")
    assert refused.returncode == 2
    assert (
        "there is no threshold 'points.fax_sent'; choose mql_min_intent"
        in refused.stderr
    )
    assert refused.stderr.count("\n") == 1

    logged = project.script(
        *("log_logic_override", "threshold", "answer_within_days.SQL", "2"),
        *("--reason", "Two SDRs are away", "--by", "Ann"),
    )
    assert logged.returncode == 0, logged.stderr
    built = project.dbt("run", "--select", "service_levels_in_force", "logic_overrides")
    assert built.returncode == 0, built.stdout
    refused = project.script(
        *("log_logic_override", "threshold", "half_life_days.page_viewed", "0"),
        *("--reason", "never", "--by", "Ann"),
    )
    assert refused.returncode == 2
    assert "give a whole number from 1 to 3650" in refused.stderr
