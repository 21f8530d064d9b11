"""Writes the work lists: a CSV file per team, and a workbook with a sheet per list."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from smartcrm.files.atomic import Begin
from smartcrm.files.spreadsheet_csv import export
from smartcrm.warehouse import Row, read_rows, text_literal

WORKBOOK = "worklists.xlsx"


class Column(NamedTuple):
    """A column of a mart as a sheet shows it."""

    name: str
    title: str
    width: int


# What a list shows of a lead.
LIST = (
    Column("list_position", "Position", 10),
    Column("sales_owner", "Owner", 20),
    Column("lead_id", "Lead", 14),
    Column("name", "Name", 24),
    Column("what_to_do", "Do", 42),
    Column("why", "Why", 70),
    Column("channel", "Channel", 11),
    Column("due_on", "Due", 12),
    Column("late", "Late", 8),
    Column("priority", "Priority", 10),
)
COUNTS = (
    Column("lead_count", "On the list", 15),
    Column("late_count", "Late", 15),
    Column("due_count", "Due in a week", 15),
    Column("undated_count", "No due date", 15),
    Column("later_count", "Due later", 15),
    Column("rest_count", "Not shown", 15),
)
RESPONSES = (
    Column("lead_count", "First asked", 15),
    Column("answered_count", "Answered", 15),
    Column("waiting_count", "Not answered", 15),
    Column("untimed_count", "Time not known", 15),
    Column("median_hours", "Median (hours)", 15),
    Column("median_hours_low", "Median at least", 15),
    Column("median_hours_high", "Median at most", 15),
    Column("p90_hours", "90 % (hours)", 15),
    Column("asked_from", "Asked since", 15),
)
LIST_KINDS = {"team": "Team", "owner": "Owner"}

BY_LIST = "order by list_kind = 'owner', list_name"
SHOWN = """
select * from worklist_rows
where is_shown
order by list_kind, list_name, list_position
"""
SYNTHETIC = "The sample is synthetic: no person or company in it is real."
SHEETS = (
    "A sheet has the leads of its list that are late, due within a week or without a "
    "due date, a hundred at most. All leads of a team are in worklists/."
)
RESPONSE = (
    "First response: hours that leads wait for our first touch when they first ask for "
    "an answer as SQLs, by the clock and of those who did since the day that is shown; "
    "whoever asks again is on the lists, and not here. Those without an answer count "
    "for as long as they have waited (Kaplan-Meier); the true median is between its "
    "bounds 19 times in 20."
)

# What Excel takes in no name of a sheet, and XML in no text.
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LINE_HEIGHT = 15  # in points
NAME_LENGTH = 31  # in UTF-16 units
# a sheet of ours, and a name that Excel keeps for itself
TAKEN_NAMES = ("Overview", "History")


def read_teams(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Teams by the name of their file; also those that have nothing to do.

    Raises:
        Fault: two teams whose files would have the same name.
    """
    rows = connection.sql("select distinct owner_team from lifecycle_stages order by 1")
    teams: dict[str, str] = {}
    for (team,) in rows.fetchall():
        name = re.sub(r"[\W_]+", "_", team).strip("_")
        if name.lower() in map(str.lower, teams):
            raise Fault(
                f"seeds/lifecycle_stages.csv: {team} and another team would share "
                f"worklists/{name}.csv; rename one"
            )
        teams[name] = team
    return teams


def read_columns(connection: duckdb.DuckDBPyConnection) -> tuple[Column, ...]:
    """The columns of a list: without names where no lead has one."""
    found = connection.sql("select 1 from worklist_rows where name is not null limit 1")
    has_names = bool(found.fetchall())
    return tuple(column for column in LIST if has_names or column.name != "name")


def write_csvs(
    connection: duckdb.DuckDBPyConnection, folder: Path, begin: Begin
) -> Iterator[Path]:
    """Write each team's whole list and yield its path.

    Raises:
        OSError: a file can't be written.
        Fault: two teams would share one.
    """
    headers = {column.name: column.title for column in read_columns(connection)}
    for name, team in read_teams(connection).items():
        path = folder / f"{name}.csv"
        export(
            connection,
            "worklist_rows",
            begin(path),
            headers=headers,
            condition=f"list_kind = 'team' and list_name = {text_literal(team)}",
            order="list_position",
            has_byte_order_mark=True,
        )
        yield path


def cut(text: str, units: int) -> str:
    """The start of a text that has at most so many UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")


def name_key(name: str) -> str:
    """What two names of sheets have in common where a program may mix them up."""
    return unicodedata.normalize("NFKC", name).casefold()


def name_sheets(titles: Iterable[str]) -> list[str]:
    """A name for each sheet that Excel takes, like its title and like no other's."""
    taken = {*map(name_key, TAKEN_NAMES)}
    names = []
    for title in titles:
        plain = NOT_IN_NAMES.sub("-", NOT_IN_TEXT.sub("", title)).strip(" '")
        plain = plain or "Unnamed"
        name = cut(plain, NAME_LENGTH).rstrip(" '")
        number = 1
        while name_key(name) in taken:
            number += 1
            ending = f" ({number})"
            name = cut(plain, NAME_LENGTH - len(ending)).rstrip(" '") + ending
        taken.add(name_key(name))
        names.append(name)
    return names


def line_count(value: object, width: int) -> int:
    """How many lines a value takes in a column, for programs that don't see to it."""
    # letters are narrower than the digits that a width counts
    lines = str(value).splitlines()
    return sum(len(textwrap.wrap(line, width * 11 // 10)) or 1 for line in lines) or 1


class ListsWorkbook:
    """The workbook while it is made, with the formats of its cells."""

    def __init__(self, as_of_date: date) -> None:
        """Begin a workbook that is as of a day, whenever it is made."""
        self.content = BytesIO()
        self.book = Workbook(
            self.content,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        day = datetime(as_of_date.year, as_of_date.month, as_of_date.day)
        self.book.set_properties({"created": day})
        top = {"valign": "top", "align": "left"}
        self.plain = self.book.add_format(top | {"text_wrap": True})
        self.day = self.book.add_format(top | {"num_format": "yyyy-mm-dd"})
        self.link = self.book.add_format(top | {"font_color": "blue", "underline": 1})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.header = self.book.add_format(
            {"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "text_wrap": True} | top
        )

    def write_cell(
        self, sheet: Worksheet, row: int, column: int, value: object
    ) -> None:
        """Write a value as what it is: a text is never a formula or a link."""
        if isinstance(value, str):
            text = NOT_IN_TEXT.sub("", value)
            sheet.write_string(row, column, text, self.plain)
        elif isinstance(value, date) and value.year > 1900:
            sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, date):  # Excel's days begin in 1900
            sheet.write_string(row, column, str(value), self.plain)
        elif value is not None:
            sheet.write_number(row, column, value, self.plain)

    def write_link(
        self, sheet: Worksheet, row: int, column: int, url: str, text: str
    ) -> None:
        """Write a text that leads somewhere, or the text alone where Excel can't."""
        if any(cut(part, sheet.max_url_length) != part for part in url.split("#", 1)):
            self.write_cell(sheet, row, column, text)
        else:
            shown = NOT_IN_TEXT.sub("", text)
            sheet.write_url(row, column, url, self.link, string=shown)

    def write_header(self, sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
        """Write the titles of columns."""
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.header)

    def add_list(
        self, name: str, columns: Sequence[Column], rows: Sequence[Row]
    ) -> None:
        """Add the sheet of a list."""
        sheet = self.book.add_worksheet(name)
        self.write_header(sheet, 0, [column.title for column in columns])
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        for line, row in enumerate(rows, 1):
            height = max(
                line_count(row[column.name], column.width) for column in columns
            )
            sheet.set_row(line, LINE_HEIGHT * height)
            for place, column in enumerate(columns):
                value = row[column.name]
                if column.name == "lead_id" and row["record_url"]:
                    self.write_link(sheet, line, place, row["record_url"], value)
                else:
                    self.write_cell(sheet, line, place, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def add_overview(
        self,
        heading: Sequence[str],
        counts: Sequence[Row],
        responses: Sequence[Row],
        sheets: Sequence[str],
    ) -> None:
        """Add the first sheet: what each list has, and how fast leads are answered."""
        sheet = self.book.add_worksheet(TAKEN_NAMES[0])
        sheet.set_column(0, 0, 9)
        sheet.set_column(1, 1, 32)
        sheet.set_column(2, 1 + len(RESPONSES), COUNTS[0].width)
        for line, text in enumerate(heading):
            sheet.write_string(line, 0, text, None if line else self.title)
        top = len(heading) + 1
        self.write_counts(sheet, top, COUNTS, counts)
        for line, (row, name) in enumerate(zip(counts, sheets, strict=True), top + 1):
            quoted = name.replace("'", "''")
            self.write_link(sheet, line, 1, f"internal:'{quoted}'!A1", row["list_name"])
        sheet.freeze_panes(top + 1, 2)
        sheet.autofilter(top, 0, top + len(counts), 1 + len(COUNTS))
        if responses:
            below = top + len(counts) + 2
            sheet.write_string(below, 0, RESPONSE)
            known = [
                {k: "not known" if v is None else v for k, v in row.items()}
                for row in responses
            ]
            self.write_counts(sheet, below + 1, RESPONSES, known)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def write_counts(
        self,
        sheet: Worksheet,
        top: int,
        columns: Sequence[Column],
        rows: Sequence[Row],
    ) -> None:
        """Write a table with a row per list."""
        self.write_header(sheet, top, ["Kind", "List", *(c.title for c in columns)])
        for line, row in enumerate(rows, top + 1):
            self.write_cell(sheet, line, 0, LIST_KINDS[row["list_kind"]])
            self.write_cell(sheet, line, 1, row["list_name"])
            for place, column in enumerate(columns, 2):
                self.write_cell(sheet, line, place, row[column.name])

    def close(self) -> bytes:
        """End the workbook and return the file's bytes."""
        self.book.close()
        return self.content.getvalue()


def make_workbook(connection: duckdb.DuckDBPyConnection) -> bytes:
    """The workbook: an overview, then a sheet per team and one per owner."""
    (build,) = read_rows(connection, "select as_of_date, leads_from from current_build")
    counts = read_rows(connection, f"select * from worklist_counts {BY_LIST}")
    responses = read_rows(connection, f"select * from first_response {BY_LIST}")
    columns = read_columns(connection)
    is_sample = build["leads_from"] == "the sample"
    heading = [
        f"Work lists as of {build['as_of_date']}, from {build['leads_from']}",
        *([SYNTHETIC] if is_sample else []),
        SHEETS,
    ]
    names = name_sheets(row["list_name"] for row in counts)
    lists = ListsWorkbook(build["as_of_date"])
    lists.add_overview(heading, counts, responses, names)
    shown: dict[tuple[str, str], list[Row]] = {}
    for row in read_rows(connection, SHOWN):
        shown.setdefault((row["list_kind"], row["list_name"]), []).append(row)
    for row, name in zip(counts, names, strict=True):
        rows = shown.get((row["list_kind"], row["list_name"]), [])
        lists.add_list(name, columns, rows)
    return lists.close()
