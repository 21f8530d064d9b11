"""Print the presentation of SmartCRM and what it decided about the leads as a PDF.

Every figure is a mart's. The slides are an HTML template, which Chromium prints.
"""

from __future__ import annotations

import re
from pathlib import Path

from smartcrm.faults import Fault, command

from smartcrm.files.atomic import write_atomically
from smartcrm.options import read_out
from smartcrm.pages.browser import headless_browser
from smartcrm.pages.rendering import Parts, palette, read_parts, render
from smartcrm.warehouse import built_warehouse

SLIDE = {"width": "1280px", "height": "720px"}
FILTERS = {
    "count": lambda value: f"{value:,.0f}",
    "percent": lambda value: f"{value:.1%}",
    "tenth": lambda value: f"{value:,.1f}".replace("-", "\N{MINUS SIGN}"),
    "words": lambda name: re.sub(
        r"^\w|\b[ms]ql\b", lambda found: found[0].upper(), name.replace("_", " ")
    ),
    "date": lambda value: f"{value.day} {value:%B %Y}",
}


def render_html(parts: Parts) -> str:
    """The slides, a section each, in the colours of the funnel page.

    Raises:
        Fault: there is no lead to speak of.
    """
    if not parts["funnel"][0]["ever_count"]:
        raise Fault("there are no leads to present; run `dbt build` with some first")
    values = {**parts, "palette": palette()}
    return render("slides/presentation.html", values, FILTERS)


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


@command
def main(argv: list[str] | None = None) -> int:
    """Write the PDF and print its path; 2 if it can't be written."""
    out = read_out(argv, __doc__, Path("docs/SmartCRM_Presentation.pdf"))
    with built_warehouse() as connection:
        parts = read_parts(connection, "slides/presentation.sql")
    html = render_html(parts)
    with write_atomically(out) as partial:
        print_pdf(html, partial, f"{parts['context'][0]['as_of_date']:%Y%m%d}")
    print(out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
