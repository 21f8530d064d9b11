"""Writes decisions, work lists and CRM updates as CSV files, safe in a spreadsheet."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.files.atomic import remove, write_text
from smartcrm.files.outputs import check_finished
from smartcrm.files.spreadsheet_csv import export
from smartcrm.options import add_out
from smartcrm.warehouse import built_warehouse, outputs_folder, read_rows

TABLES = (
    "leads_with_stages",
    "leads_with_feedback_flags",
    "leads_with_nurture_tracks",
    "opportunity_leads",
    "reactivation_emails",
)

# Columns and headers of the CRMs' own imports, and of what people read beside them.
HUBSPOT = {
    "lead_id": "Record ID",
    "lifecycle_stage": "Lifecycle Stage",
    "lead_status": "Lead Status",
    "contact_owner": "Contact owner",
}
SALESFORCE = {"lead_id": "Id", "status": "Status", "owner_id": "OwnerId"}
EXPLAINED = {"why": "Why", "next_step": "Next step", "what_to_do": "What to do"}

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


def read_worklists(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
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


def write_all(
    connection: duckdb.DuckDBPyConnection, folder: Path, crms: Collection[str]
) -> Iterator[Path]:
    """Write every file and yield its path; a file without rows has its header.

    Import files are written for `crms`; another CRM's would be an earlier build's.
    """
    for table in TABLES:
        path = folder / f"{table}.csv"
        export(connection, table, path)
        yield path
    for name, crm, condition, headers in CRM_UPDATES:
        path = folder / f"crm_updates_{name}.csv"
        if crm not in crms:
            remove(path)
            continue
        table, rows = f"crm_updates_{crm}", {"condition": condition, "order": "1"}
        export(connection, table, path, headers=headers, **rows)
        yield path
    for name, team in read_worklists(connection).items():
        path = folder / "worklists" / f"{name}.csv"
        quoted = team.replace("'", "''")
        rows = {"condition": f"owner_team = '{quoted}'", "order": "list_position"}
        export(connection, "team_worklist", path, **rows)
        yield path


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
    check_finished(outputs_folder())
    with built_warehouse() as connection:
        due = {row["crm"]: row["hold_reason"] for row in read_rows(connection, DUE)}
        held = {crm: why for crm, why in due.items() if why and not is_forced}
        paths = [*write_all(connection, out, due.keys() - held.keys())]
        (build,) = read_rows(connection, BUILD)
    files = [path.relative_to(out).as_posix() for path in paths]
    write_text(
        out / "build.json", json.dumps(build | {"files": files}, default=str, indent=2)
    )
    print(f"{len(paths)} CSV files in {out} and below")
    if held:
        reasons = "; ".join(dict.fromkeys(held.values()))
        print(f"No import files for {' and '.join(held)}: {reasons}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
