"""Checks that the case of each decision and the catalogue have the same rules in order.

The cases are those of the last build; the catalogue is seeds/decision_rules.csv.
"""

from __future__ import annotations

import argparse
import sys

from smartcrm.faults import command

from smartcrm.rules.decisions import disagreements, read_decisions, read_manifest
from smartcrm.warehouse import built_warehouse, read_rows


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 where they agree, 1 with a line per fault, 2 if a case is broken."""
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    decisions = read_decisions(read_manifest())
    with built_warehouse() as connection:
        catalogue = read_rows(
            connection, "select decision, rule_id from decision_rules"
        )
    faults = disagreements(decisions, catalogue)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
