"""Log a changed threshold, a decision about a lead, or an edit of the rules, and why.

An entry is tried in the engine before it is appended to seeds/logic_overrides.csv: what
a build would call illegal or without effect is refused, in the build's own words.
"""

import argparse
import getpass
import re
import subprocess
from datetime import datetime, timezone
from typing import NoReturn

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.ledger import LEDGER, load, trial

Warehouse = duckdb.DuckDBPyConnection
Change = tuple[str, str]  # of what, and its new value

NAMES = {
    "value": "from rule_numbers select list(threshold)",
    "stage": "from lifecycle_stages select list(stage order by stage_order)",
    "track": "from decision_rules select list(distinct outcome) where decision='track'",
}
VALUE = {
    "threshold": "from thresholds_in_force select value::varchar where threshold = ?",
    "lead": """select coalesce(new_value, case '{0}' when 'stage' then simulated_stage
        when 'track' then nurture_track else sales_owner end) from leads left join
        stg_logic_overrides on is_in_force and target_kind = 'lead' and field = '{0}'
        and target = lead_id where lead_id = ?""",
    "logic": "from in_force select new_value where field = 'checksum' and target = ?",
}
IN_FORCE = """create temp view in_force as from stg_logic_overrides
    anti join override_conflicts using (override_id) where is_in_force"""
CHECKSUMS = "from in_force select target, new_value where field = 'checksum'"
LIST = """from in_force select override_id, logged_at, logged_by, target_kind, target,
    field, coalesce(old_value, '(none)'), '->', new_value, coalesce('until ' ||
    expires_on, 'until replaced') || ':', reason order by override_id"""
NEXT = """from stg_logic_overrides select ifnull(max(override_id), 0) + 1, count() + 2,
    list(raw_expires_on) filter (is_in_force and target = ? and field = ?)"""
PROBLEMS = """from override_conflicts select line_number, message
    where is_illegal or line_number = ? order by line_number"""


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
    """The command line: threshold, lead, logic or list."""
    try:
        git = subprocess.run(["git", "config", "user.name"], capture_output=True)
        user = git.stdout.decode(errors="replace").strip()
    except OSError:  # there is no git
        user = ""
    parser = Parser(description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("list", help="show what is in force now")
    threshold = kinds.add_parser("threshold", help="give a threshold a new value")
    threshold.set_defaults(field="value")
    lead = kinds.add_parser("lead", help="decide a lead's stage, track or owner")
    logic = kinds.add_parser(
        "logic", help="note that rules were edited: those named, or all of them"
    )
    logic.set_defaults(field="checksum")
    for kind, name in ((threshold, "NAME"), (lead, "LEAD_ID"), (logic, "MODEL")):
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
    lead.add_argument("field", choices=("stage", "track", "owner"))
    lead.add_argument("--expires", type=one_line, help="its last day, YYYY-MM-DD")
    for kind in (threshold, lead):
        kind.add_argument("value", type=one_line)
    return parser


def read_checksums() -> dict[str, str]:
    """Checksum, as dbt knows it, of each model and seed with rules, by its name.

    Raises:
        Fault: the project can't be parsed.
    """
    from dbt.cli.main import dbtRunner  # takes seconds, which only `logic` needs

    parsed = dbtRunner().invoke(["--quiet", "--log-level", "none", "parse"])
    if not parsed.success:
        why = " ".join(str(parsed.exception).split())
        raise Fault(f"dbt can't parse the project: {why}")
    return {
        node.name: node.checksum.checksum
        for node in parsed.result.nodes.values()
        if "rules" in node.config.tags and node.resource_type in ("model", "seed")
    }


def read_changes(warehouse: Warehouse, entry: argparse.Namespace) -> list[Change]:
    """What is to be logged: one change, or one for each file of rules that was edited.

    Raises:
        Fault: no rules have that name, or none were edited.
    """
    if entry.kind != "logic":
        return [] if entry.kind == "list" else [(entry.target, entry.value)]
    rules = read_checksums()
    for name in entry.target:
        if name not in rules:
            raise Fault(f"no rules are called '{name}'; choose from {', '.join(rules)}")
    logged = dict(warehouse.execute(CHECKSUMS).fetchall())
    edited = [name for name in rules if rules[name] != logged.get(name)]
    if not entry.target and not edited:
        raise Fault("no rules were edited: there is nothing to log")
    return [(name, rules[name]) for name in entry.target or edited]


def check(warehouse: Warehouse, entry_line: int = 0, hint: str = "") -> None:
    """Raise a Fault if the ledger is illegal, or the entry on a line has no effect."""
    for line, message in warehouse.execute(PROBLEMS, [entry_line]).fetchall():
        raise Fault(message + (hint if line == entry_line else "; correct it first"))


def try_change(
    warehouse: Warehouse, content: bytes, entry: argparse.Namespace, change: Change
) -> bytes:
    """The ledger's line for a change, once the engine takes it as it is.

    Raises:
        Fault: it is illegal, or would have no effect.
    """
    target, value = change
    what, query = [target, entry.field], VALUE[entry.kind].format(entry.field)
    (names,) = warehouse.execute(NAMES.get(entry.field, "select []")).fetchone()
    new = {name.lower(): name for name in names}.get(value.lower(), value)
    (old,) = warehouse.execute(query, what[:1]).fetchone() or (None,)
    number, line, held = warehouse.execute(NEXT, what).fetchone()
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = [number, now, entry.by, entry.kind, *what, old, new, entry.reason]
    added = LEDGER.render(content, [*fields, entry.expires])
    load(warehouse, content + added)
    is_named = not names or new in names or target in names
    check(warehouse, line, "" if is_named else f"; choose from {', '.join(names)}")
    if new == old and held in (None, [entry.expires or None]):
        raise Fault(f"{' '.join(what)} is '{old}' already: there is nothing to log")
    if warehouse.execute(query, what[:1]).fetchone() != (new,):
        why = "a later entry holds it, or the last build had vars (run `dbt build`)"
        raise Fault(f"{' '.join(what)} would not become '{new}': {why}")
    return added


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when it is done, 2 and one line when it is refused or can't be."""
    entry = make_parser().parse_args(argv)
    try:
        with LEDGER.locked():
            before = after = LEDGER.read()
            with trial(before) as warehouse:
                warehouse.execute(IN_FORCE)
                changes = read_changes(warehouse, entry)
                for change in changes:
                    after += try_change(warehouse, after, entry, change)
                check(warehouse)
                rows = warehouse.execute(LIST).fetchall()
            if changes:
                LEDGER.append(after[len(before) :], len(before))
                rows = [*rows[-len(changes) :], ["next: dbt build"]]
    except (duckdb.Error, KeyboardInterrupt) as error:
        why = str(error) or "interrupted; `list` shows whether it was logged"
        raise Fault(" ".join(why.split())) from None
    for row in rows:
        print(*row)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
