"""What the project remembers of each lead, by the days it was judged on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from pathlib import Path

from conftest import LEDGER, UNTESTED, Project

BUILD = (
    *("build", "--indirect-selection", "empty", "--exclude-resource-type", "unit_test"),
    *("--select", "+lead_stage_spells", "+weekly_stage_moves", "+conversion_funnel"),
    *("+override_effects", "lead_history"),
)
HEADER = "lead_id,funnel_stage,intent_score,created_at,last_engaged"
HISTORY = "from lead_history order by all"
MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 6)


REMEMBERED = (
    "build",
    *UNTESTED,
    "--select",
    "+lead_history",
    "+lead_stage_spells",
    "+weekly_stage_moves",
    "+leads_with_work",
)


def build(
    project: Project, path: Path, words: tuple[str, ...] = BUILD, **settings: str
) -> str:
    result = project.dbt(*words, leads_path=str(path), **settings)
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_history_remembers_moves_by_the_day_leads_are_judged_on(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    first = (
        "warms,Lead,30,2026-01-01,2026-03-02",
        "cools,Lead,90,2026-01-01,2026-03-02",
        "lost,MQL,60,2026-01-01,2026-03-02",
        "bar,Lead,65,2026-01-01,2026-03-02",
    )
    later = (
        "warms,Lead,50,2026-01-01,2026-04-06",
        "cools,Lead,90,2026-01-01,2026-03-02",
        "lost,Disqualified,60,2026-01-01,2026-03-02",
        "bar,Lead,65,2026-01-01,2026-04-06",
    )

    def built(rows: tuple[str, ...], words: tuple = REMEMBERED, **settings: str) -> str:
        # under one name, as what dbt has parsed holds for the settings it saw
        return build(project, write_csv(HEADER, *rows), words, **settings)

    built(first)
    built(later)
    all_spells = (
        "select lead_id, stage, previous_stage, days_in_stage, entered_on, left_on"
        " from lead_stage_spells order by lead_id, spell_number"
    )
    assert project.rows(all_spells) == [
        ("bar", "MQL", None, 35, MARCH, None),
        ("cools", "SQL", None, 35, MARCH, APRIL),
        ("cools", "MQL", "SQL", 0, APRIL, None),
        ("lost", "MQL", None, 35, MARCH, APRIL),
        ("lost", "Disqualified", "MQL", 0, APRIL, None),
        ("warms", "Lead", None, 35, MARCH, APRIL),
        ("warms", "MQL", "Lead", 0, APRIL, None),
    ]
    assert set(project.rows("from weekly_stage_moves")) == {
        (APRIL, "Lead", "MQL", 1, False),
        (APRIL, "MQL", "Disqualified", 1, False),
        (APRIL, "SQL", "MQL", 1, True),
    }

    remembered = project.rows(HISTORY)
    said = built(first, as_of_date="2026-03-05")
    assert project.rows(HISTORY) == remembered
    assert "has come to 2026-04-06 and this build is for 2026-03-05" in said
    # nothing is known on that day of what came after it
    assert spells(project, "cools") == [("SQL", MARCH, None)]
    said = built(later, logic_as_of="2026-09-01")
    assert "not remembered" not in said
    assert project.rows(HISTORY) == remembered

    ledger = project.folder / LEDGER
    with ledger.open("a", encoding="utf-8") as lines:
        lines.write(
            "901,2026-11-01T00:00:00Z,Ann,threshold,sql_min_intent,value,70,60,"
            "more leads for sales,\n"
            "902,2026-11-01T00:00:00Z,Ann,lead,warms,stage,MQL,SQL,met her,\n"
        )
    built(later, words=BUILD)
    # the lost lead had been an MQL, and counts as one that reached it
    assert project.rows(
        "select ever_count from conversion_funnel"
        " where segment_type = 'all' and stage = 'MQL'"
    ) == [(4,)]
    effects = dict(
        project.rows("select override_id, moved_count from override_effects")
    )
    # cools has the intent but is quiet, so 60 moves only bar; 1 was in force before
    assert {key: effects[key] for key in (1, 901, 902)} == {1: None, 901: 1, 902: 1}
    # what only the earlier build of that day said was no stay
    assert spells(project, "warms") == [("Lead", MARCH, APRIL), ("SQL", APRIL, None)]


def spells(project: Project, lead_id: str) -> list[tuple]:
    """Stages of a lead, each with the days it came to and left."""
    return project.rows(
        "select stage, entered_on, left_on from lead_stage_spells"
        f" where lead_id = '{lead_id}' order by spell_number"
    )


def test_a_day_that_nobody_named_is_not_remembered_where_leads_changed(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    def built(*rows: str, **settings: str) -> str:
        return build(project, write_csv(HEADER, *rows), REMEMBERED, **settings)

    rows = [f"L{n},SQL,80,2026-01-01,2026-03-02" for n in range(1, 7)]
    # three deals won overnight and a lead gone, and no date says when; the date of
    # another can't be read, which is not the lead's leaving
    won = [row.replace("SQL", "Customer") for row in rows[:3]]
    overnight = (*won, rows[3], rows[4].replace("2026-03-02", "soon"))
    counts = "select new_count, changed_count, left_count, returned_count, known_count"
    built(*rows)
    remembered = project.rows(HISTORY)
    # what was not remembered is still news to the next build
    for _ in range(2):
        said = built(*overnight)
        assert "4 leads are new, changed or gone since the last build" in said
        assert "the newest date is still 2026-03-02" in said
        assert "make AS_OF=today" in said
        assert project.rows(HISTORY) == remembered
        assert project.rows(f"{counts} from current_build") == [(0, 3, 1, 0, 6)]
    # the same leads, and another decision about one of them
    with (project.folder / LEDGER).open("a", encoding="utf-8") as lines:
        lines.write("901,2026-11-01T00:00:00Z,Ann,lead,L4,stage,SQL,MQL,met her,\n")
    assert "not remembered" not in built(*rows)
    assert spells(project, "L4") == [("MQL", MARCH, None)]

    # a day that is named is remembered: L6 leaves on it, and returns on another
    assert "not remembered" not in built(*overnight, as_of_date="2026-04-06")
    # and stays so where a later build of the day says nothing of a lead that moved
    remembered = project.rows(HISTORY)
    unread = rows[0].replace("SQL", "no stage")
    built(unread, *overnight[1:], as_of_date="2026-04-06")
    assert project.rows(HISTORY) == remembered
    for lead_id in ("L1", "L2", "L3"):
        assert spells(project, lead_id) == [
            ("SQL", MARCH, APRIL),
            ("Customer", APRIL, None),
        ]
    assert spells(project, "L5") == [("SQL", MARCH, None)]
    assert spells(project, "L6") == [("SQL", MARCH, APRIL)]
    moves = "select from_stage, to_stage, lead_count from weekly_stage_moves"
    assert project.rows(f"{moves} where to_stage = 'Customer'") == [
        ("SQL", "Customer", 3)
    ]
    returned = rows[5].replace("2026-03-02", "2026-04-07")
    built(*won, *rows[3:5], returned)
    assert project.rows(f"{counts} from current_build") == [(0, 0, 0, 1, 5)]
    assert spells(project, "L6") == [
        ("SQL", MARCH, APRIL),
        ("SQL", date(2026, 4, 7), None),
    ]
    assert project.rows(f"{moves} where from_stage = to_stage") == []


def test_the_day_can_be_today(project: Project) -> None:
    days = {datetime.now(tz=timezone.utc).date()}
    made = project.dbt("build", *UNTESTED, "--select", "+as_of", as_of_date="today")
    assert made.returncode == 0, made.stdout
    days.add(datetime.now(tz=timezone.utc).date())
    ((day,),) = project.rows("from as_of")
    assert day in days


def test_a_day_without_quotes_is_a_day(project: Project) -> None:
    # as in --vars '{as_of_date: 2026-04-06}'
    words = ("build", "--select", "lifecycle_stages", *UNTESTED)
    result = project.dbt(*words, as_of_date=APRIL)
    assert result.returncode == 0, result.stdout
    assert project.rows("select vars from build_status") == [
        ('{"as_of_date": "2026-04-06"}',)
    ]


def test_another_data_set_stops_before_anything_is_decided(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    def written(ids: Iterable[int], day: str) -> Path:
        return write_csv(HEADER, *(f"L{n},SQL,80,2026-01-01,{day}" for n in ids))

    build(project, written(range(10), "2026-03-02"), REMEMBERED)
    # half of them may be gone
    build(project, written(range(5, 12), "2026-03-03"), REMEMBERED)
    tables = [
        f"from {name} order by all"
        for name in ("leads_with_work", "lead_history", "stg_leads")
    ]
    before = [project.rows(table) for table in tables]

    theirs = written(range(9, 30), "2026-03-04")
    stopped = project.dbt(*REMEMBERED, leads_path=str(theirs))
    assert stopped.returncode == 1
    assert (
        "4 of 7 leads of the last build are gone: an export cut short" in stopped.stdout
    )
    database = project.env["SMARTCRM_DB"]
    assert f"or delete {database} (its history goes with it); if" in stopped.stdout
    assert [project.rows(table) for table in tables] == before

    build(project, theirs, REMEMBERED, max_left_share="1")
    assert project.rows("select left_count from current_build") == [(4,)]


def test_a_column_or_file_that_is_missing_all_at_once_stops_the_build(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    numbers = range(12)
    leads = [f"L{n},SQL,80,2026-01-01,2026-03-02" for n in numbers]
    others = [f"A{n},,,2026-01-01," for n in numbers]
    made = [f"A{n},2026-03-01,form_submitted" for n in numbers]
    activities = write_csv("lead_id,occurred_at,activity_type", *made, name="acts.csv")
    paths = {"activities_path": str(activities)}
    whole = write_csv(HEADER, *leads, *others, name="whole.csv")
    build(project, whole, REMEMBERED, **paths)
    words = ("build", *UNTESTED, "--select", "+current_build")

    # one in four may have lost its score, and a Lead has no stage to lose
    few = [row.replace(",80,", ",,") for row in leads[:3]]
    assert build(project, write_csv(HEADER, *few, *leads[3:], *others), words, **paths)
    bare = [f"{kind}{n},2026-01-01,2026-03-03" for kind in "LA" for n in numbers]
    cut = write_csv("lead_id,created_at,last_engaged", *bare, name="cut.csv")
    said = project.refusal(*words, leads_path=str(cut), **paths)
    assert "funnel_stage of 12 of 12, intent_score of 12 of 12. Is a column" in said
    said = project.refusal(*words, leads_path=str(whole))
    assert "without what it knew of them: activities of 12 of 12. Is" in said
    assert "set max_left_share to 1 (make MAX_LEFT_SHARE=1)" in said
    assert build(project, whole, words, max_left_share="1")


def test_leads_that_exports_leave_out_are_said_by_the_stage_they_were_last_at(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    words = ("build", *UNTESTED, "--select", "+lead_history", "+input_notices")
    says = "Leads of earlier builds that the export leaves out count in no rate: "
    then = "; where it hides who was converted, won or lost, export them, too"

    def notices(day: str, left_out: Iterable[int], rejected: int = 0) -> list[str]:
        rows = [
            f"{n},{'Customer' if n < 60 else 'Lead'},{'hot' if n < rejected else 30},"
            f"2026-01-01,{day}"
            for n in range(200)
            if n not in set(left_out)
        ]
        build(project, write_csv(HEADER, *rows), words)
        found = project.rows("select notice from input_notices")
        return [notice for (notice,) in found if notice.startswith(says)]

    assert notices("2026-03-02", ()) == []
    # less than one in ten is tidying up, and a row that is rejected is there
    left_out = [*range(50, 60), *range(187, 200)]
    assert notices("2026-03-03", left_out, rejected=5) == [
        f"{says}10 of 60 last at Customer{then}"
    ]
    # so are fewer than ten; who left before today is as missing as who leaves today
    left_out = [*range(51, 60), *range(180, 200)]
    assert notices("2026-03-04", left_out) == [f"{says}20 of 140 last at Lead{then}"]
