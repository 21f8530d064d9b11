"""Writes what the prompts say, with an example of each, and how to run them.

All of it is read from the built sample; nothing is kept by hand.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from warehouse import Fault, built_warehouse
from whole_file import whole_file
from why_this_lead import read_rows

TEMPLATES = Path(__file__).with_name("templates")
NAME = "docs_genai_prompts"

Row = dict[str, object]


def read_prompts(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Each prompt with its example; a Fault where the leads are not the sample's."""
    for name in ("docs_decision_rules", NAME):
        connection.execute((TEMPLATES / f"{name}.sql").read_text("utf-8"))
    if connection.sql("from docs_foreign_leads").fetchall():
        raise Fault("the build has other leads than the sample; run `make docs`")
    if connection.sql(
        "select lead_id from stg_call_notes except select lead_id from call_notes"
    ).fetchall():
        raise Fault("the build has other notes than the sample; run `make docs`")
    return read_rows(connection, "from docs_prompts")


def render_page(prompts: list[Row]) -> str:
    """The document as Markdown."""
    loader = FileSystemLoader(TEMPLATES)
    templates = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True)
    return templates.get_template(f"{NAME}.md").render(prompts=prompts)


def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 1 with --check where the file is stale, 2 if it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("docs/genai_prompts.md"), help="file"
    )
    parser.add_argument("--check", action="store_true", help="only say if it is stale")
    options = parser.parse_args(argv)
    try:
        with built_warehouse() as connection:
            page = render_page(read_prompts(connection))
        if not options.check:
            with whole_file(options.out) as partial:
                partial.write_text(page, encoding="utf-8", newline="\n")
            print(options.out)
            return 0
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    path = options.out
    if path.exists() and path.read_text(encoding="utf-8") == page:
        return 0
    print(f"{path} is stale; run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
