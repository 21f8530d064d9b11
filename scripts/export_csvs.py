"""Writes decisions, CRM updates and work lists as files, safe in a spreadsheet."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from smartcrm.faults import command

import duckdb

from smartcrm.files.atomic import Begin, put_text, remove, write_together
from smartcrm.files.spreadsheet_csv import export
from smartcrm.options import add_out
from smartcrm.warehouse import built_warehouse, outputs_folder, read_rows
from smartcrm.worklists import WORKBOOK, make_workbook, write_csvs

# Files by their names, and the tables that they hold.
TABLES = {
    "leads_with_stages": "leads_with_stages",
    "leads_with_feedback_flags": "leads_with_feedback_flags",
    "leads_with_nurture_tracks": "tracks_and_next_steps",
    "opportunity_leads": "opportunity_leads",
    "reactivation_emails": "reactivation_emails",
}
TRACKS_AND_NEXT_STEPS = """
create or replace temp view tracks_and_next_steps as
select tracks.*, work, work_reason, next_step, channel, due_on, is_late
from leads_with_nurture_tracks as tracks
inner join (
    select lead_id, work, work_reason, next_step, channel, due_on, is_late from leads
) as leads using (lead_id)
"""

# Columns and headers of the CRMs' own imports, and of what people read beside them.
HUBSPOT = {
    "lead_id": "Record ID",
    "lifecycle_stage": "Lifecycle Stage",
    "lead_status": "Lead Status",
    "contact_owner": "Contact owner",
}
SALESFORCE = {"lead_id": "Id", "status": "Status", "owner_id": "OwnerId"}
EXPLAINED = {
    "crm_stage": "Stage so far",
    "why": "Why",
    "next_step": "Next step",
    "what_to_do": "What to do",
}

# File, CRM, which of its rows, and their headers.
CRM_UPDATES = (
    ("hubspot", "hubspot", "not needs_clearing", HUBSPOT),
    ("hubspot_backward", "hubspot", "needs_clearing", HUBSPOT | EXPLAINED),
    ("salesforce", "salesforce", "not is_by_hand", SALESFORCE),
    ("salesforce_by_hand", "salesforce", "is_by_hand", SALESFORCE | EXPLAINED),
)

# CRMs whose files are due, and why they are held.
DUE = "select crm, hold_reason from crm_update_files where is_due order by crm"

# What the files were made from, in build.json beside them.
BUILD = "select as_of_date, leads_from from current_build"


def write_all(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    crms: Collection[str],
    begin: Begin,
) -> Iterator[Path]:
    """Write every CSV file and yield its path; a file without rows has its header.

    Import files are written for `crms`.
    """
    connection.execute(TRACKS_AND_NEXT_STEPS)
    for name, table in TABLES.items():
        path = folder / f"{name}.csv"
        export(connection, table, begin(path))
        yield path
    for name, crm, condition, headers in CRM_UPDATES:
        if crm in crms:
            path = folder / f"crm_updates_{name}.csv"
            table, rows = f"crm_updates_{crm}", {"condition": condition, "order": "1"}
            export(connection, table, begin(path), headers=headers, **rows)
            yield path
    yield from write_csvs(connection, folder / "worklists", begin)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the files are written, 2 when they can't be."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_out(parser, outputs_folder())
    parser.add_argument(
        "--force",
        nargs="?",
        const="1",
        choices=("0", "1"),
        help="1, or nothing: write CRM updates that are held, too",
    )
    arguments = parser.parse_args(argv)
    out, is_forced = arguments.out, arguments.force == "1"
    with built_warehouse(folders=[out]) as connection, write_together() as begin:
        due = {row["crm"]: row["hold_reason"] for row in read_rows(connection, DUE)}
        held = {crm: why for crm, why in due.items() if why and not is_forced}
        paths = [*write_all(connection, out, due.keys() - held.keys(), begin)]
        begin(out / WORKBOOK).write_bytes(make_workbook(connection))
        (build,) = read_rows(connection, BUILD)
        files = [*(path.relative_to(out).as_posix() for path in paths), WORKBOOK]
        put_text(
            begin(out / "build.json"),
            json.dumps(build | {"files": files}, default=str, indent=2),
        )
        # an earlier build's: the first says of all files which build they are from
        for name in (
            "build.json",
            *(f"crm_updates_{name}.csv" for name, *_ in CRM_UPDATES),
        ):
            if out / name not in paths:
                remove(out / name)
    print(f"Wrote {len(paths)} CSV files and {WORKBOOK} to {out} and its folders")
    if held:
        reasons = "; ".join(dict.fromkeys(held.values()))
        print(f"No import files for {' and '.join(held)}: {reasons}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
