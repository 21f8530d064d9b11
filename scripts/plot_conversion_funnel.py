"""Draw the conversion funnel as a page that a manager opens in the browser.

Every number on it is a mart's: the page only picks, formats and draws them. It is one
HTML file that asks nothing of the network.
"""

from __future__ import annotations

from smartcrm.faults import command

from smartcrm.files.atomic import write_text
from smartcrm.options import read_out
from smartcrm.pages.page import draw_page
from smartcrm.warehouse import built_warehouse, outputs_folder


@command
def main(argv: list[str] | None = None) -> int:
    """Write the page and print its path; 2 if it can't be written."""
    out = read_out(argv, __doc__, outputs_folder() / "conversion_funnel.html")
    with built_warehouse() as connection:
        page = draw_page(connection, "conversion_funnel")
    write_text(out, page)
    print(out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
