"""Finds the thresholds of the stage SQL that catch most wins within what reps can call.

CALLS is how many calls a rep can make in a week. Settings are tried on days of the past
that have had time to show who was won, by the rules of the last `dbt build`.
"""

from __future__ import annotations

import argparse
import re

from smartcrm.faults import Fault, command

from smartcrm.files.atomic import write_text
from smartcrm.options import add_out
from smartcrm.pages.page import render_page
from smartcrm.rules.tuning import (
    read_tuning,
    render_candidate,
    render_commands,
    render_notes,
    render_sentences,
    render_text,
)
from smartcrm.terminal import plain
from smartcrm.warehouse import outputs_folder


def read_calls(word: str | None) -> float:
    """Calls per rep and week.

    Raises:
        Fault: it is missing, or not a number above 0.
    """
    if word is None:
        raise Fault("say how many calls a rep can make in a week: make tune CALLS=40")
    is_number = re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", word.strip())
    if not is_number or not float(word):
        raise Fault(
            f"CALLS is '{plain(word)}'; give a number above 0: make tune CALLS=40"
        )
    return float(word)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="?", metavar="CALLS", help="per rep and week")
    add_out(parser, outputs_folder())
    arguments = parser.parse_args(argv)
    html = arguments.out / "tuning.html"
    page = read_tuning(read_calls(arguments.calls))
    commands = render_commands(page)
    page["sentences"] = [{"sentence": line} for line in render_sentences(page)]
    page["notes"] = [{"note": line} for line in render_notes(page)]
    page["commands"] = [{"command": line} for line in commands]
    write_text(html, render_page("tuning", page))
    print(render_text(page), html, sep="\n")
    if candidate := render_candidate(page):
        print("", "See who moves", *candidate, sep="\n")
    if commands:
        print("", "Log it with", *commands, sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
