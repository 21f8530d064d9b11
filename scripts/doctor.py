"""Says what an export gives for each field of a lead, and what to set or add.

It reads the export and judges each row, in a folder of its own that is then removed: no
lead is decided about, and nothing that was built changes.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from pathlib import Path

from smartcrm.faults import command

from rich.console import Console
from rich.table import Table

from smartcrm import dbt_build
from smartcrm.pages.rendering import read_parts
from smartcrm.settings import add_settings, read_vars
from smartcrm.terminal import plain
from smartcrm.warehouse import connect, database_path

SELECTED = (
    "+input_proposals +unknown_words +source_files +stg_leads_judged"
    " +activity_issues +rejected_activities +stage_change_issues"
    " +rejected_stage_changes +set_aside_records +input_notices"
)


def names_among(columns: list[str]) -> str:
    """The columns that name a lead, as EXTRA_COLUMNS takes them; '' for none."""
    named = [it for it in columns if re.fullmatch(r"[\w ]*name", it, re.IGNORECASE)]
    halves = [
        it for it in named if re.fullmatch("(first|last)[_ ]?name", it, re.IGNORECASE)
    ]
    return ",".join(sorted(halves) if len(halves) == 2 else named[:1])


def show(parts: dict, warnings: list[str]) -> None:
    """Print what was read, field by field, the warnings and the proposals."""
    parts = {
        name: [
            {key: plain(it) if isinstance(it, str) else it for key, it in row.items()}
            for row in rows
        ]
        for name, rows in parts.items()
    }
    # a name in brackets or colons is no style, and no sign
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = 160
    table = Table("Field", "Read from", "Filled", "Understood", "Not understood")
    for row in parts["fields"]:
        table.add_row(
            row["field"],
            row["column_read"] or "no column",
            row["filled"],
            row["understood"],
            row["not_understood"] or "",
            style="yellow" if row["is_thin"] else None,
        )
    for source in parts["sources"]:
        read = f"{source['row_count']:,} rows of {source['file_name']}"
        if (source["header_line"] or 1) > 1:
            read += f", whose header is on line {source['header_line']}"
        if source["note_line"]:
            read += f"; what is below line {source['note_line'] - 1} is a note"
        console.print(read)
    console.print(table)
    unread = [row["column_read"] for row in parts["unread"]]
    console.print(f"Columns that nothing reads: {', '.join(unread) or 'none'}")
    if names := names_among(unread):
        console.print(f'EXTRA_COLUMNS="{names}" puts names on the work lists')
    for row in parts["records"]:
        console.print(row["found"])
    said = [plain(warning) for warning in warnings]
    for row in parts["proposals"]:
        # a warning ends with what to do about it
        if not any(row["proposal"] in warning for warning in said):
            said.append(f"{row['field']}: {row['proposal']}")
    for line in said:
        console.print(f"- {line}")
    if not said:
        console.print("Nothing to propose")


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the export was read, 1 when it can't be, 2 when dbt can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_settings(parser)
    values = read_vars(parser.parse_args(argv))
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        # named as ever, since what dbt has parsed names the database
        os.environ["SMARTCRM_DB"] = str(Path(folder) / database_path().name)
        os.environ["DBT_TARGET_PATH"] = str(Path(folder) / "target")
        kinds = ("--resource-type", "seed", "--resource-type", "model")
        selected = ("--select", SELECTED, *kinds)
        warnings: list[str] = []
        if not dbt_build.run(*selected, values=values, warnings=warnings):
            return 1
        with connect(database_path(), read_only=True) as connection:
            show(read_parts(connection, "doctor.sql"), warnings)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
