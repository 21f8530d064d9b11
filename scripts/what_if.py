"""Shows which leads a candidate for the rules would move, and why, before it is built.

SET is THRESHOLD=VALUE, such as sql_min_intent=60; without any, the candidate is the
rules and the ledger as they are edited now. It is compared with the last `dbt build`,
whose vars it has.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable

from smartcrm.faults import Fault, command

from rich.console import Console

from smartcrm.files.atomic import put_text, write_together
from smartcrm.files.spreadsheet_csv import export
from smartcrm.options import add_out
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import read_parts
from smartcrm.rules.candidate import GUARD_TESTS, UNTESTED, empty_candidate, rebuild
from smartcrm.rules.what_if_report import (
    render_commands,
    render_landmarks,
    render_price,
    render_text,
)
from smartcrm.warehouse import built_warehouse, outputs_folder


def read_settings(words: list[str]) -> dict[str, int]:
    """The candidate's thresholds by name, from words such as `a=1,b=2`.

    Raises:
        Fault: a name or value that is not allowed, with those that are.
    """
    with built_warehouse() as connection:
        rows = connection.execute(
            "select threshold, min_value, max_value from rule_numbers"
        ).fetchall()
    bounds = {name: (least, most) for name, least, most in rows}
    settings: dict[str, int] = {}
    given = " ".join(words)
    if words and not given.strip(" ,"):
        raise Fault("SET is empty; give THRESHOLD=NUMBER, or leave it out")
    for word in filter(None, re.split(r"[\s,]+", given)):
        name, _, value = word.partition("=")
        if name not in bounds:
            raise Fault(f"{word}: there is no threshold '{name}'; {choices(bounds)}")
        least, most = bounds[name]
        if not re.fullmatch("-?[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Fault(f"{word}: give {name} a whole number from {least} to {most}")
        settings[name] = int(value)
    return settings


def choices(names: Iterable[str]) -> str:
    """What may be set, in a line: names with a dot by what they are of."""
    plain = [name for name in names if "." not in name]
    families = dict.fromkeys(name.split(".")[0] for name in names if "." in name)
    whose = "an activity type or a stage behind the dot"
    return f"choose {', '.join(plain)}, or {'., '.join(families)}. with {whose}"


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 1 with --check where a lead moves, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="*", metavar="SET", help="a threshold's candidate")
    parser.add_argument(
        "--check", action="store_true", help="exit 1 where a lead moves"
    )
    add_out(parser, outputs_folder())
    arguments = parser.parse_args(argv)
    html, csv = (arguments.out / f"what_if{end}" for end in (".html", "_moves.csv"))
    settings = read_settings(arguments.set)
    empty_candidate()
    with Console(stderr=True).status("Deciding about every lead by the candidate"):
        rebuild(
            *("what_if", "build", *UNTESTED, "--select", "tag:what_if", *GUARD_TESTS),
            thresholds=settings,
        )
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
    return int(arguments.check and bool(page["moves"]))


if __name__ == "__main__":
    raise SystemExit(main())
