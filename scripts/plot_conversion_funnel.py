"""Draw the conversion funnel as a page that a manager opens in the browser.

Every number on it is a mart's: the page only picks, formats and draws them. It is one
HTML file that asks nothing of the network.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from string import Template
from typing import Any

import duckdb
from plotly.offline import get_plotlyjs
from warehouse import Fault, built_warehouse
from whole_file import whole_file

TEMPLATES = Path(__file__).with_name("templates")
PARTS = (
    "as_of",
    "stages",
    "segments",
    "moves",
    "funnel",
    "health",
    "recorded",
    "opportunities",
    "leads",
    "thresholds",
    "overrides",
)

Page = dict[str, list[dict[str, Any]]]


def read_template(kind: str) -> str:
    """Text of the page's html, css, js or sql file."""
    return (TEMPLATES / f"conversion_funnel.{kind}").read_text(encoding="utf-8")


def read_page(connection: duckdb.DuckDBPyConnection) -> Page:
    """Rows of each of PARTS; a row is a dict from column to value.

    Raises:
        duckdb.CatalogException: a mart is missing.
    """
    connection.execute(read_template("sql"))
    page = {}
    for part in PARTS:
        rows = connection.execute(f"select * from page_{part}")
        columns = [column[0] for column in rows.description]
        page[part] = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    return page


def render_json(page: Page) -> str:
    """JSON that can neither end nor open anything in the HTML around it.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(
        page, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    )
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def render_html(page: Page) -> str:
    """The whole page: the template with its style, script, data and plotly inside."""
    return Template(read_template("html")).substitute(
        style=read_template("css"),
        plotly=get_plotlyjs(),
        data=render_json(page),
        script=read_template("js"),
    )


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
            page = read_page(connection)
        with whole_file(out) as partial:
            partial.write_text(render_html(page), encoding="utf-8", newline="\n")
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
