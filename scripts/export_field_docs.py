"""Writes what each field means and how it is decided, and what a simulation assumes.

All of it is read from dbt's artifacts, the built sample and the parameters of the
simulated world; nothing is kept by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from smartcrm.faults import Fault, command

from sqlglot.errors import SqlglotError

from smartcrm.documents.fields import render_files
from smartcrm.documents.lineage import Lineage, read_nodes
from smartcrm.documents.sample import add_check, read_sample_parts, write_or_check
from smartcrm.options import add_out
from smartcrm.rules.decisions import read_manifest
from smartcrm.warehouse import built_warehouse


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 1 with --check where a file is stale, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_out(parser, Path("docs"))
    add_check(parser)
    arguments = parser.parse_args(argv)
    try:
        with built_warehouse() as connection:
            facts = read_sample_parts(connection, "documents/decision_rules.sql")
        texts = render_files(Lineage(read_nodes()), read_manifest(), facts)
    except SqlglotError as error:
        raise Fault(str(error).splitlines()[0]) from None
    files = {arguments.out / name: text for name, text in texts.items()}
    return write_or_check(files, is_check=arguments.check)


if __name__ == "__main__":
    raise SystemExit(main())
