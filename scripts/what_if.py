"""Shows which leads a candidate for the rules would move, and why, before it is built.

SET is THRESHOLD=VALUE, such as sql_min_intent=60; without any, the candidate is the
rules and the ledger as they are edited now. It is compared with the last `dbt build`,
whose vars it has.
"""

from __future__ import annotations

import argparse

from smartcrm.faults import command

from rich.console import Console

from smartcrm.files.atomic import put_text, write_together
from smartcrm.files.spreadsheet_csv import export
from smartcrm.options import add_out
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import read_parts
from smartcrm.rules.candidate import build_beside, read_settings
from smartcrm.rules.what_if_report import (
    render_commands,
    render_landmarks,
    render_price,
    render_text,
)
from smartcrm.warehouse import built_warehouse, outputs_folder


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="*", metavar="SET", help="a threshold's candidate")
    add_out(parser, outputs_folder())
    arguments = parser.parse_args(argv)
    html, csv = (arguments.out / f"what_if{end}" for end in (".html", "_moves.csv"))
    settings = read_settings(arguments.set)
    with Console(stderr=True).status("Deciding about every lead by the candidate"):
        build_beside(settings)
    folders = [arguments.out]
    with built_warehouse(folders=folders) as connection, write_together() as begin:
        templates = (
            f"pages/what_if.{part}.sql" for part in ("moves", "counts", "price")
        )
        page = read_parts(connection, *templates)
        export(connection, "moved_leads", begin(csv))
        commands = render_commands(page, settings)
        page["sentences"] = [
            {"sentence": line.strip(), "is_detail": line.startswith(" ")}
            for line in render_price(page)
        ]
        page["price_notes"] = [{"note": line} for line in render_landmarks(page)]
        page["commands"] = [{"command": line} for line in commands]
        put_text(begin(html), render_page("what_if", page))
    print(render_text(page), html, csv, sep="\n")
    if commands:
        print("", "Log it with", *commands, sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
