"""Takes the README's picture of the funnel page as the last `dbt build` has it."""

from __future__ import annotations

from pathlib import Path

from smartcrm.faults import command

from smartcrm.files.atomic import write_atomically
from smartcrm.options import read_out
from smartcrm.pages.browser import headless_browser
from smartcrm.pages.page import draw_page
from smartcrm.warehouse import built_warehouse

VIEW = {"width": 1440, "height": 900}
NAME = "conversion_funnel"
LAST = "section[aria-labelledby=funnel-heading]"  # the picture ends below it


@command
def main(argv: list[str] | None = None) -> int:
    """Write the picture and print its path; 2 if it can't be taken."""
    path = read_out(argv, __doc__, Path("docs/pictures")) / f"{NAME}.png"
    with built_warehouse() as connection:
        html = draw_page(connection, NAME)
    with headless_browser() as browser, write_atomically(path) as partial:
        page = browser.new_page(viewport=VIEW, color_scheme="light")
        page.set_content(html)
        page.wait_for_selector("body.drawn")
        page.wait_for_timeout(300)
        box = page.locator(LAST).bounding_box()
        clip = {"x": 0, "y": 0, "width": VIEW["width"]}
        clip["height"] = round(box["y"] + box["height"])
        partial.write_bytes(page.screenshot(clip=clip, full_page=True))
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
