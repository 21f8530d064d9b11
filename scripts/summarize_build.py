"""Says in about ten lines what the last build came to, for someone who runs a team.

With --notify a line of counts goes to a webhook too: no lead, no owner, no file.
"""

from __future__ import annotations

import argparse
import sys

from smartcrm.faults import command

from smartcrm.pages.rendering import read_parts, render
from smartcrm.warehouse import built_warehouse, outputs_folder
from smartcrm.webhook import check_address, send

FILTERS = {
    "count": lambda value: f"{value:,}",
    "leads": lambda value: f"{value:,} lead{'' if value == 1 else 's'}",
    "percent": lambda value: "not known" if value is None else f"{value:.0%}",
}


@command
def main(argv: list[str] | None = None) -> int:
    """Print the summary; 2 where nothing is built. A deaf webhook is no failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notify", metavar="URL", help="webhook to send the counts to")
    options = parser.parse_args(argv)
    if options.notify is not None:
        check_address(options.notify)
    with built_warehouse() as connection:
        parts = read_parts(connection, "summary.sql")
    print(render("summary.txt", parts, FILTERS).strip())
    for name, what in (
        ("conversion_funnel.html", "the funnel, in a browser"),
        ("worklists.xlsx", "what each team and owner has to do"),
    ):
        if (path := outputs_folder() / name).exists():
            print(f"Open {path}: {what}")
    if options.notify is not None:
        fault = send(options.notify, render("webhook.txt", parts, FILTERS).strip())
        if fault:
            print(fault, file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
