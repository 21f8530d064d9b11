"""What the project remembers of each lead, by the days it was judged on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from conftest import LEDGER, Project

BUILD = (
    *("build", "--indirect-selection", "empty", "--exclude-resource-type", "unit_test"),
    *("--select", "+lead_stage_spells", "+weekly_stage_moves", "+conversion_funnel"),
    *("+override_effects", "assert_history_is_not_ahead*"),
)
HEADER = "lead_id,funnel_stage,intent_score,created_at,last_engaged"


def build(project: Project, path: Path, **settings: str) -> str:
    result = project.dbt(*BUILD, leads_path=str(path), **settings)
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_history_remembers_moves_by_the_day_leads_are_judged_on(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    first = write_csv(
        HEADER,
        "warms,Lead,30,2026-01-01,2026-03-02",
        "cools,Lead,90,2026-01-01,2026-03-02",
        "lost,MQL,60,2026-01-01,2026-03-02",
        "bar,Lead,65,2026-01-01,2026-03-02",
        name="first.csv",
    )
    later = write_csv(
        HEADER,
        "warms,Lead,50,2026-01-01,2026-04-06",
        "cools,Lead,90,2026-01-01,2026-03-02",
        "lost,Disqualified,60,2026-01-01,2026-03-02",
        "bar,Lead,65,2026-01-01,2026-04-06",
        name="later.csv",
    )
    build(project, first)
    build(project, later)
    spells = (
        "select lead_id, stage, previous_stage, days_in_stage, entered_on, left_on"
        " from lead_stage_spells order by lead_id, spell_number"
    )
    march, april = date(2026, 3, 2), date(2026, 4, 6)
    assert project.rows(spells) == [
        ("bar", "MQL", None, 35, march, None),
        ("cools", "SQL", None, 35, march, april),
        ("cools", "MQL", "SQL", 0, april, None),
        ("lost", "MQL", None, 35, march, april),
        ("lost", "Disqualified", "MQL", 0, april, None),
        ("warms", "Lead", None, 35, march, april),
        ("warms", "MQL", "Lead", 0, april, None),
    ]
    assert set(project.rows("from weekly_stage_moves")) == {
        (april, "Lead", "MQL", 1, False),
        (april, "MQL", "Disqualified", 1, True),
        (april, "SQL", "MQL", 1, True),
    }
    # the lost lead had been an MQL, and counts as one that reached it
    assert project.rows(
        "select reached_count from conversion_funnel"
        " where segment_type = 'all' and stage = 'MQL'"
    ) == [(4,)]

    history = "from lead_history order by all"
    remembered = project.rows(history)
    build(project, later)
    assert project.rows(history) == remembered
    said = build(project, first, as_of_date="2026-03-05")
    assert project.rows(history) == remembered
    assert "a_build_for_an_earlier_day_is_not_remembered" in said
    build(project, later, logic_as_of="2026-09-01")
    assert project.rows(history) == remembered

    ledger = project.folder / LEDGER
    with ledger.open("a", encoding="utf-8") as lines:
        lines.write(
            "901,2026-11-01T00:00:00Z,Ann,threshold,sql_min_intent,value,70,60,"
            "more leads for sales,\n"
            "902,2026-11-01T00:00:00Z,Ann,lead,warms,stage,MQL,SQL,met her,\n"
        )
    build(project, later)
    effects = dict(
        project.rows("select override_id, moved_count from override_effects")
    )
    # cools has the intent but is quiet, so 60 moves only bar
    assert {key: effects[key] for key in (1, 901, 902)} == {1: 0, 901: 1, 902: 1}
