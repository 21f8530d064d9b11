"""Log a changed threshold, a decision about a lead, or an edit of the rules, and why.

An entry is tried in the engine before it is appended to seeds/logic_overrides.csv: what
a build would call illegal or without effect is refused, in the build's own words.
"""

import argparse
import getpass
import re
import subprocess
from typing import NoReturn

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.ledger import LEDGER, ledger_trial
from smartcrm.ledger_entries import (
    ADDED,
    IN_FORCE,
    LOGGED,
    STANDS,
    UNKNOWN_OWNER,
    check,
    read_edits,
    try_entry,
)
from smartcrm.terminal import plain


class Parser(argparse.ArgumentParser):
    """Reports what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise a Fault where argparse would print the usage and exit."""
        raise Fault(f"{' '.join(message.split())}; see {self.prog} --help")


def one_line(text: str) -> str:
    """Text with its line breaks made spaces; no other control character is taken."""
    folded = re.sub(r"\s*[\r\n\t\x85\u2028\u2029]\s*", " ", text).strip()
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", folded):
        raise argparse.ArgumentTypeError(f"{folded!a} holds a control character")
    return folded


def make_parser() -> Parser:
    """The command line: threshold, lead, withdraw, logic or list."""
    try:
        git = subprocess.run(["git", "config", "user.name"], capture_output=True)
        user = git.stdout.decode(errors="replace").strip()
    except OSError:  # there is no git
        user = ""
    parser = Parser(description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    shown = kinds.add_parser("list", help="show what is in force, the newest first")
    shown.add_argument(
        "only",
        nargs="?",
        choices=("lead", "threshold", "logic"),
        help="default: all three",
    )
    threshold = kinds.add_parser("threshold", help="give a threshold a new value")
    threshold.set_defaults(field="value")
    lead = kinds.add_parser(
        "lead",
        help="decide a lead's stage, track or owner",
    )
    withdraw = kinds.add_parser(
        "withdraw",
        help="end what people decided of a lead's stage, track or owner",
    )
    withdraw.set_defaults(kind="lead", value=None)
    logic = kinds.add_parser(
        "logic",
        help="log edits of the rules as one entry: those named, or all of them",
    )
    logic.set_defaults(field="checksum")
    for kind, name in (
        *((threshold, "NAME"), (lead, "LEAD_ID")),
        *((withdraw, "LEAD_ID"), (logic, "MODEL")),
    ):
        several = {"nargs": "*"} if kind is logic else {}
        kind.add_argument("target", metavar=name, type=one_line, **several)
        kind.add_argument("--reason", required=True, type=one_line, help="why")
        kind.add_argument(
            "--by",
            type=one_line,
            default=user or getpass.getuser(),
            help="default: git's user.name",
        )
        kind.set_defaults(expires="")
    for kind in (lead, withdraw):
        kind.add_argument("field", choices=("stage", "track", "owner"))
    lead.add_argument("--expires", type=one_line, help="its last day, YYYY-MM-DD")
    for kind in (threshold, lead):
        kind.add_argument("value", type=one_line)
    return parser


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when it is done, 2 and one line when it is refused or can't be."""
    entry = make_parser().parse_args(argv)
    try:
        with LEDGER.locked():
            before = LEDGER.read()
            with ledger_trial(before) as warehouse:
                warehouse.execute(IN_FORCE)
                warehouse.execute(LOGGED)
                if entry.kind == "logic":
                    entry.target, entry.value = read_edits(warehouse, entry.target)
                is_new = entry.kind != "list"
                added = try_entry(warehouse, before, entry) if is_new else b""
                check(warehouse)
                asked = (ADDED,) if is_new else (STANDS, [entry.only])
                rows = warehouse.execute(*asked).fetchall()
                if is_new and entry.field == "owner" and entry.value:
                    owner = {"owner": entry.value}
                    rows += warehouse.execute(UNKNOWN_OWNER, owner).fetchall()
            if is_new:
                LEDGER.append(added, len(before))
                rows += [["next: make"]]
    except (duckdb.Error, KeyboardInterrupt) as error:
        why = str(error) or "interrupted; `list` shows whether it was logged"
        raise Fault(" ".join(why.split())) from None
    for row in rows or [["nothing is in force"]]:
        print(*map(plain, row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
