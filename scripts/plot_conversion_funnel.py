"""Draw the conversion funnel as a page that a manager opens in the browser.

Every number on it is a mart's: the page only picks, formats and draws them. It is one
HTML file that asks nothing of the network.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pages import read_parts, render_page
from warehouse import Fault, built_warehouse
from whole_file import whole_file

NAME, TITLE = "conversion_funnel", "Conversion funnel"


def main(argv: list[str] | None = None) -> int:
    """Write the page and print its path; 2 if it can't be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("outputs/conversion_funnel.html"),
        help="file to write (default: %(default)s)",
    )
    out = parser.parse_args(argv).out
    try:
        with built_warehouse() as connection:
            page = read_parts(connection, f"{NAME}.sql")
        with whole_file(out) as partial:
            html = render_page(NAME, TITLE, page)
            partial.write_text(html, encoding="utf-8", newline="\n")
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
