"""Writes what the prompts say, with an example of each, and how to run them.

All of it is read from the built sample; nothing is kept by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from smartcrm.faults import command

from smartcrm.documents.sample import add_check, read_sample_parts, write_or_check
from smartcrm.options import add_out
from smartcrm.pages.rendering import render
from smartcrm.warehouse import built_warehouse


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 1 with --check where the file is stale, 2 if it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_out(parser, Path("docs/genai_prompts.md"))
    add_check(parser)
    options = parser.parse_args(argv)
    with built_warehouse() as connection:
        parts = read_sample_parts(connection, "documents/genai_prompts.sql")
    text = render("documents/genai_prompts.md", parts)
    return write_or_check({options.out: text}, is_check=options.check)


if __name__ == "__main__":
    raise SystemExit(main())
