"""Work lists as people open them: CSV files, the workbook, and the first response."""

from __future__ import annotations

import csv
import json
import math
import random
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from compiled_project import CompiledProject
from conftest import Project
from intervals import Z
from smartcrm.worklists import NOT_IN_TEXT, ListsWorkbook, name_sheets

NAMED = [
    *("Position", "Owner", "Lead", "Name", "Do", "Why", "Channel", "Due", "Late"),
    "Priority",
]
TITLES = [title for title in NAMED if title != "Name"]
LISTS = "select list_kind, list_name from worklist_counts order by list_kind desc, 2"
ROWS = """
select list_kind, list_name, is_shown, list_position, sales_owner, lead_id, name,
    what_to_do, why, channel, due_on, late, priority, record_url
from worklist_rows
order by list_position
"""
OVERVIEW = """
select list_kind, list_name, lead_count, late_count, due_count, undated_count,
    later_count, lead_count - shown_count
from worklist_counts
order by list_kind desc, list_name
"""


def read_sheet(sheet: Worksheet, top: int = 1) -> list[list[Any]]:
    rows = [
        [v.date() if isinstance(v, datetime) else v for v in row]
        for row in sheet.iter_rows(min_row=top, values_only=True)
    ]
    return rows[: next((i for i, row in enumerate(rows) if not any(row)), len(rows))]


def read_lists(database: Path, *, is_sheet: bool) -> dict[tuple[str, str], list]:
    """What each list says, as XML can hold it, and each lead's address."""
    lists: dict[tuple[str, str], list] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for kind, name, is_shown, *row in connection.sql(ROWS).fetchall():
            if is_shown or not is_sheet:
                fit = [NOT_IN_TEXT.sub("", v) if type(v) is str else v for v in row]
                lists.setdefault((kind, name), []).append(fit)
    return lists


def check_workbook(database: Path, path: Path, titles: list[str]) -> None:
    """Each list has its sheet, which says what the mart does."""
    book = openpyxl.load_workbook(path)
    with duckdb.connect(str(database), read_only=True) as connection:
        lists = connection.sql(LISTS).fetchall()
    assert len(book.worksheets) == 1 + len(lists)
    overview, *sheets = book.worksheets
    shown = read_lists(database, is_sheet=True)
    for (kind, name), sheet in zip(lists, sheets, strict=True):
        header, *rows = read_sheet(sheet)
        assert header == titles
        expected = shown.get((kind, name), [])
        columns = [place for place, title in enumerate(NAMED) if title in titles]
        assert rows == [[row[place] for place in columns] for row in expected]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        for cells, row in zip(sheet.iter_rows(min_row=2), expected, strict=False):
            assert [cell.data_type for cell in cells if cell.data_type == "f"] == []
            links = {c.column: c.hyperlink.target for c in cells if c.hyperlink}
            assert links == ({3: row[-1]} if row[-1] else {})
            assert all(c.alignment.wrap_text for c in cells if c.value == row[5])
        assert not any(c.data_type == "f" for row in sheet.rows for c in row)
    # who opens the book finds each list from its first sheet
    linked = [
        cell.hyperlink.location
        for (cell,) in overview.iter_rows(min_col=2, max_col=2)
        if cell.hyperlink
    ]
    quoted = [sheet.title.replace("'", "''") for sheet in sheets]
    assert linked == [f"'{name}'!A1" for name in quoted]


def overview_table(sheet: Worksheet, title: str) -> list[list[Any]]:
    """The rows below the header that has a title."""
    for row in sheet.iter_rows():
        if title in [cell.value for cell in row]:
            return read_sheet(sheet, row[0].row + 1)
    return []


@pytest.fixture
def exported(built_project: Project) -> Path:
    done = built_project.script("export_csvs")
    assert done.returncode == 0, done.stderr
    wrote = r"^Wrote \d+ CSV files and worklists.xlsx to .* and its folders$"
    assert re.search(wrote, done.stdout)
    return built_project.database.with_suffix("")


def test_the_samples_lists_say_what_the_mart_does(
    built_project: Project, exported: Path
) -> None:
    database = built_project.database
    check_workbook(database, exported / "worklists.xlsx", TITLES)
    teams = [name for kind, name in built_project.rows(LISTS) if kind == "team"]
    files = sorted((exported / "worklists").iterdir())
    assert len(files) == len(teams)
    whole = read_lists(database, is_sheet=False)
    for team in teams:
        path = exported / "worklists" / f"{re.sub(r'[^A-Za-z]+', '_', team)}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbfPosition,Owner,")
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == TITLES
        expected = [
            ["" if value is None else str(value) for value in row]
            for row in whole[("team", team)]
        ]
        assert rows == [row[:3] + row[4:-1] for row in expected]

    overview = openpyxl.load_workbook(exported / "worklists.xlsx").worksheets[0]
    assert overview.title == "Overview"
    heading = [row[0] for row in overview.iter_rows(max_row=3, values_only=True)]
    assert heading[0] == "Work lists as of 2026-10-31, from the sample"
    assert "synthetic" in heading[1]
    assert [row[:8] for row in overview_table(overview, "Not shown")] == [
        [kind.capitalize(), *counts] for kind, *counts in built_project.rows(OVERVIEW)
    ]
    listed = json.loads((exported / "build.json").read_text("utf-8"))["files"]
    assert "worklists.xlsx" in listed


def test_a_workbook_that_cannot_be_written_leaves_the_old_files(
    built_project: Project, exported: Path
) -> None:
    written = {path: path.stat().st_mtime_ns for path in exported.rglob("*.csv")}
    blocked = exported / "worklists.xlsx"
    blocked.unlink()
    blocked.mkdir()
    stopped = built_project.script("export_csvs")
    assert stopped.returncode == 2
    assert stopped.stderr.count("\n") == 1
    assert built_project.seen(blocked) in stopped.stderr
    assert written == {path: path.stat().st_mtime_ns for path in written}
    assert not [path for path in exported.rglob(".*")]


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["SDRs / AEs", "Marketing"], ["SDRs - AEs", "Marketing"]),
        (["SDRs / AEs", "SDRs - AEs"], ["SDRs - AEs", "SDRs - AEs (2)"]),
        (["ann", "Ann", "ANN"], ["ann", "Ann (2)", "ANN (3)"]),
        (["Overview", "HISTORY"], ["Overview (2)", "HISTORY (2)"]),
        (["[]:*?/\\", "a\nb", "' x '", "''", "\uffff"],
         ["-------", "a-b", "x", "Unnamed", "Unnamed (2)"]),
        (["x" * 31, "x" * 32], ["x" * 31, "x" * 27 + " (2)"]),
        (["x" * 30 + "'y"], ["x" * 30]),
        (["\U0001f600" * 16, "y" + "\U0001f600" * 15],
         ["\U0001f600" * 15, "y" + "\U0001f600" * 15]),
        (["\uff34eam", "Team"], ["\uff34eam", "Team (2)"]),
        ([], []),
    ],
)  # fmt: skip
def test_a_sheets_name_is_like_its_lists(titles: list[str], names: list[str]) -> None:
    assert name_sheets(titles) == names


def test_names_of_sheets_are_what_excel_takes_and_no_two_the_same() -> None:
    letters = random.Random(13)
    alphabet = "aAbB/\\[]:*?' \U0001f600ßé()2"
    titles = [
        "".join(letters.choices(alphabet, k=letters.randint(0, 40)))
        for _ in range(3_000)
    ]
    titles += ["long " * 10 + str(n) for n in range(300)]
    names = name_sheets(titles)
    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_what_a_cell_can_not_hold_is_shortened_and_not_lost(tmp_path: Path) -> None:
    lists = ListsWorkbook(date(2026, 4, 1))
    sheet = lists.book.add_worksheet("Cells")
    for row, value in enumerate(["=1+1", "x" * 40_000, date(1850, 1, 1), 7, None]):
        lists.write_cell(sheet, row, 0, value)
    for row, url in enumerate(["https://crm.example/1", f"https://{'x' * 3_000}"]):
        lists.write_link(sheet, row, 1, url, "=L1")
    path = tmp_path / "cells.xlsx"
    path.write_bytes(lists.close())
    read = openpyxl.load_workbook(path)["Cells"]
    texts = [row[0].value for row in read.iter_rows()]
    assert texts == ["=1+1", "x" * 32_767, "1850-01-01", 7]
    assert read["A1"].data_type == read["B1"].data_type == "s"
    assert (read["B1"].value, read["B2"].value) == ("=L1", "=L1")
    assert read["B1"].hyperlink.target == "https://crm.example/1"
    assert read["B2"].hyperlink is None


# from which day on who asked counts in what is made up here
SINCE = date(2026, 3, 1)


def test_the_overview_shows_the_first_response_where_it_is_known(
    built_project: Project,
) -> None:
    out = built_project.database.with_suffix("")
    known = [
        ("owner", "Ann", 3, 1, 2, 0, None, None, None, None, SINCE),
        ("team", "SDRs", 12, 10, 0, 2, 1.5, 1.0, 4.0, 20.0, SINCE),
    ]
    for rows in ([], known):
        with duckdb.connect(str(built_project.database)) as connection:
            connection.execute("delete from first_response")
            for row in rows:
                places = ", ".join("?" * len(row))
                connection.execute(f"insert into first_response values ({places})", row)
        done = built_project.script("export_csvs")
        assert done.returncode == 0, done.stderr
        overview = openpyxl.load_workbook(out / "worklists.xlsx").worksheets[0]
        shown = [row[:11] for row in overview_table(overview, "Answered")]
        assert shown == (
            [
                ["Team", "SDRs", 12, 10, 0, 2, 1.5, 1, 4, 20, SINCE],
                ["Owner", "Ann", 3, 1, 2, 0, *["not known"] * 4, SINCE],
            ]
            if rows
            else []
        )


# a small world on a coarse clock, so that moments and waits are often the same
SIGNALS = ["demo_requested", "form_submitted", "mail_replied"]
TOUCHES = ["mail_sent", "call_made", "call_answered", "meeting_held"]
NEITHER = ["page_viewed", "mail_opened", "webinar_attended", "unheard_of"]
Moments = list[tuple[datetime, bool]]
Waits = list[tuple[float, bool | None]]
KNOWN_UNTIL = datetime(2026, 3, 6, 18)


def make_moments(dice: random.Random, count: int, day_share: float) -> Moments:
    moments = []
    for _ in range(count):
        at = datetime(2026, 3, 1) + timedelta(hours=6 * dice.randrange(24))
        is_timed = dice.random() >= day_share
        moments.append(
            (at if is_timed else datetime(at.year, at.month, at.day), is_timed)
        )
    return moments


def wait_of(
    entries: Moments, exits: Moments, signals: Moments, touches: Moments
) -> tuple[float, bool | None] | None:
    """Hours that a lead waited, and whether until an answer; None where no clock ran.

    Whether is None where only the day of the answer is known.
    """
    if not entries or not min(entries)[1]:
        return None
    became_sql = min(entries)[0]
    left_sql = min((at for at, _ in exits if at > became_sql), default=datetime.max)

    def may_be_since(touch: tuple[datetime, bool], moment: datetime) -> bool:
        at, is_timed = touch
        return at >= moment if is_timed else at.date() >= moment.date()

    timed = sorted(at for at, is_timed in signals if is_timed)
    before = [at for at in timed if at < became_sql]
    is_open = bool(before) and not any(
        touch[0] < became_sql and may_be_since(touch, before[-1]) for touch in touches
    )
    after = [at for at in timed if became_sql <= at < left_sql]
    if not is_open and not after:
        return None
    start = became_sql if is_open else after[0]
    answers = sorted(touch for touch in touches if may_be_since(touch, start))
    if not answers:
        return (KNOWN_UNTIL - start).total_seconds() / 3600, False
    at, is_timed = answers[0]
    return (at - start).total_seconds() / 3600, is_timed or None


def kaplan_meier(waits: Waits) -> list[float | None]:
    """The median, its 95 % bounds and the 90th percentile of waits, by the textbook."""
    timed = [(hours, answered) for hours, answered in waits if answered is not None]
    had = sum(answered for _, answered in timed)
    if 4 * (len(waits) - len(timed)) > had:
        return [None] * 4
    found: list[float | None] = [None] * 4
    share, greenwood = Fraction(1), Fraction(0)
    for wait in sorted({hours for hours, answered in timed if answered}):
        at_risk = sum(hours >= wait for hours, _ in timed)
        deaths = timed.count((wait, True))
        share *= 1 - Fraction(deaths, at_risk)
        bounds = (0.0, 1.0)
        if share:
            greenwood += Fraction(deaths, at_risk * (at_risk - deaths))
            reach = math.exp(Z * math.sqrt(greenwood) / -math.log(share))
            bounds = (float(share) ** reach, float(share) ** (1 / reach))
        reached = (share <= 1 / 2, bounds[0] <= 0.5, bounds[1] <= 0.5, 10 * share <= 1)
        for place, is_reached in enumerate(reached):
            if is_reached and found[place] is None:
                found[place] = math.floor(wait * 100 + 0.5) / 100
    # of few leads there is no lower bound and no 90th percentile
    if len(timed) < 6:
        found[1] = None
    return found if len(timed) >= 10 else [*found[:3], None]


@pytest.fixture
def responses(sample: Project) -> CompiledProject:
    """What makes the first response of leads, activities and stage changes."""
    return CompiledProject(
        *(sample.database, sample.target, "first_response"),
        emptied=("leads", "stg_activities", "stg_stage_changes"),
    )


@pytest.mark.parametrize(("seed", "day_share"), [(1, 0.0), (2, 0.1), (3, 0.3)])
def test_the_first_response_is_what_plain_python_makes_of_it(
    responses: CompiledProject, tmp_path: Path, seed: int, day_share: float
) -> None:
    dice = random.Random(seed)
    # one lead, a few and many
    sizes = {"One": 1, "Two": 2, "Ten": 10, "Many": 600, None: 30}
    owners = [owner for owner, size in sizes.items() for _ in range(size)]
    owners += [f"Single {n}" for n in range(100)]
    leads, activities, changes = [], [], []
    waits: dict[tuple[str, str], Waits] = {}
    for n, owner in enumerate(owners):
        lead_id = f"R{n}"
        leads.append((lead_id, owner))
        entries = make_moments(dice, dice.randrange(3), day_share / 2)
        signals = make_moments(dice, dice.randrange(4), day_share)
        touches = make_moments(
            dice, dice.choice([0, 0, 2, 4, 8] if owner else [8, 16, 24]), day_share
        )
        changes += [(lead_id, "SQL", *moment) for moment in entries]
        others = make_moments(dice, dice.randrange(2), day_share)
        changes += [(lead_id, "MQL", *moment) for moment in others]
        for types, moments in (
            (SIGNALS, signals),
            (TOUCHES, touches),
            (NEITHER, others),
        ):
            activities += [(lead_id, dice.choice(types), *moment) for moment in moments]
        wait = wait_of(entries, others, signals, touches)
        if wait is not None:
            waits.setdefault(("team", "SDRs / AEs"), []).append(wait)
            waits.setdefault(("owner", owner or "Unassigned"), []).append(wait)
    activities.append(("of no lead", "demo_requested", KNOWN_UNTIL, True))
    changes.append(("of no lead", "SQL", datetime(2026, 3, 1), True))

    tables = {
        "leads": ("effective_owner", leads),
        "stg_activities": ("activity_type, occurred_at, has_time_of_day", activities),
        "stg_stage_changes": ("stage, entered_at, has_time_of_day", changes),
    }
    for name, (columns, rows) in tables.items():
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        responses.database.execute(
            f"copy {name} (lead_id, {columns}) from '{path}'"
            " (header false, delimiter ',')"
        )
    as_of = f"select date '{KNOWN_UNTIL:%F}' as as_of_date"
    responses.define("as_of", as_of, is_view=False)
    responses.decide()
    found = responses.rows("from first_response order by all")
    expected = sorted(
        (
            kind,
            name,
            len(of_list),
            sum(answered is True for _, answered in of_list),
            sum(answered is False for _, answered in of_list),
            sum(answered is None for _, answered in of_list),
            *kaplan_meier(of_list),
            KNOWN_UNTIL.date() - timedelta(days=90),
        )
        for (kind, name), of_list in waits.items()
    )
    assert found == expected
    # it is a test of something
    assert len(waits[("team", "SDRs / AEs")]) > 100
    assert any(row[6] is not None and row[9] is None for row in found)
    assert any(row[9] is not None for row in found) == (day_share < 0.3)
    assert any(row[5] for row in found) == bool(day_share)


def test_no_activities_give_no_first_response(responses: CompiledProject) -> None:
    responses.database.execute("insert into leads (lead_id) values ('A')")
    responses.decide()
    assert responses.rows("from first_response") == []
