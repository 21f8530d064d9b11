"""Print the presentation of SmartCRM and what it decided about the leads as a PDF.

Every figure is a mart's. The slides are an HTML template, which Chromium prints.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from warehouse import Fault, Row, built_warehouse, read_rows
from whole_file import whole_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATES = Path(__file__).with_name("templates")
SLIDE = {"width": "1280px", "height": "720px"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALONE = (
    *("--no-sandbox", "--no-first-run", "--disable-quic", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

Deck = dict[str, list[Row]]


@contextmanager
def headless_browser() -> Iterator[Browser]:
    """Chromium without a window: the one SMARTCRM_BROWSER names, or the system's.

    Raises:
        Fault: there is none, it does not start, or playwright is not installed.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Fault("pages need `pip install -r requirements-dev.txt`") from None
    path = os.environ.get("SMARTCRM_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    advice = "`apt-get install chromium`, or set SMARTCRM_BROWSER to an executable"
    if path is None:
        raise Fault(f"there is no browser to draw pages with: {advice}")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*ALONE])
        except Error as error:
            reason = str(error).splitlines()[0]
            raise Fault(f"{path} does not start ({reason}): {advice}") from None
        with browser:
            yield browser


def read_deck(connection: duckdb.DuckDBPyConnection) -> Deck:
    """Rows of each view of presentation.sql; a row is a dict from column to value.

    Raises:
        duckdb.CatalogException: a mart is missing.
        Fault: there is no lead to speak of.
    """
    sql = (TEMPLATES / "presentation.sql").read_text(encoding="utf-8")
    connection.execute(sql)
    parts = re.findall(r"create temp view deck_(\w+)", sql)
    deck = {part: read_rows(connection, f"from deck_{part}") for part in parts}
    if not deck["funnel"][0]["reached_count"]:
        raise Fault("there are no leads to present; run `dbt build` with some first")
    return deck


def palette() -> str:
    """The colours of the funnel page in daylight, as CSS variables."""
    page_css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return page_css.partition("}")[0] + "}"


def render_html(deck: Deck) -> str:
    """The slides, a section each, in the colours of the funnel page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": lambda value: f"{value:,.0f}",
        "percent": lambda value: f"{value:.1%}",
        "words": lambda name: re.sub(
            r"^\w|\b[ms]ql\b", lambda found: found[0].upper(), name.replace("_", " ")
        ),
        "date": lambda value: f"{value.day} {value:%B %Y}",
    }
    template = environment.get_template("presentation.html")
    return template.render(**deck, palette=palette())


def print_pdf(html: str, path: Path, day: str) -> None:
    """Print the slides; the file says it was made on `day` (YYYYMMDD), not today.

    Raises:
        Fault: there is no browser.
    """
    with headless_browser() as browser:
        page = browser.new_page(java_script_enabled=False)
        page.set_content(html)
        printed = page.pdf(**SLIDE, print_background=True, tagged=True)
    made = f"(D:{day}000000".encode()
    path.write_bytes(re.sub(rb"\(D:\d{14}", made, printed))


def main(argv: list[str] | None = None) -> int:
    """Write the PDF and print its path; 2 if it can't be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("docs/SmartCRM_Presentation.pdf"),
        help="file to write (default: %(default)s)",
    )
    out = parser.parse_args(argv).out
    try:
        with built_warehouse() as connection:
            deck = read_deck(connection)
        day = f"{deck['context'][0]['as_of_date']:%Y%m%d}"
        with whole_file(out) as partial:
            print_pdf(render_html(deck), partial, day)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
