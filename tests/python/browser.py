"""Opens a page in a browser and holds it to what every page promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page
from pypdf import PdfReader

CHARTS = ("funnel", "times")
# left, right and width of what must stay inside what, in pixels
OUTSIDE = """() => {
  const found = [];
  const inside = (node, frame, name) => {
    const [a, b] = [node.getBoundingClientRect(), frame];
    if (a.width && (a.left < b.left - 1 || a.right > b.right + 1 ||
        a.top < b.top - 1 || a.bottom > b.bottom + 1))
      found.push(`${name}: ${node.textContent.slice(0, 60)}`);
  };
  const view = { left: 0, right: document.documentElement.clientWidth,
    top: -Infinity, bottom: Infinity };
  for (const chart of document.querySelectorAll(".chart")) {
    inside(chart, view, "chart outside the viewport");
    const frame = chart.getBoundingClientRect();
    for (const text of chart.querySelectorAll("svg text"))
      inside(text, frame, `text outside ${chart.id}`);
  }
  return found;
}"""

# slides have no data that is unpacked
DRAWN = """() => !document.getElementById("data") ||
  document.body.classList.contains("drawn")"""


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    width: int = 1440,
    scheme: str = "light",
    address: str = "",
) -> Iterator[Page]:
    """The page at `path`, which must trouble neither the console nor the network."""
    troubles: list[str] = []
    asked: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            troubles.append(f"console {message.type}: {message.text}")

    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.on("request", lambda request: asked.append(request.url))

    def refused(dialog: object) -> None:
        troubles.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refused)
    page.goto(path.as_uri())
    try:
        page.wait_for_function(DRAWN)
        settle(page)
        yield page
        settle(page)
        here = (path.as_uri(), "data:", "blob:")
        troubles += [f"asked for {url}" for url in asked if not url.startswith(here)]
        assert page.url.split("#")[0] == path.as_uri()
        assert not troubles, troubles
    finally:
        context.close()


def settle(page: Page) -> None:
    """Wait until what was asked for is drawn."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() =>"
        " requestAnimationFrame(() => setTimeout(done, 30))))"
    )


def resize(
    page: Page, width: int, scheme: str | None = None, height: int = 900
) -> None:
    """Give the page another room or theme, and wait until it is drawn in it."""
    page.set_viewport_size({"width": width, "height": height})
    if scheme:
        page.emulate_media(color_scheme=scheme)
    settle(page)


def on_paper(page: Page, chart: str) -> tuple[str, int]:
    """The colour of the page, and the width of a chart, while it is printed."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    settle(page)
    return tuple(
        page.evaluate(
            f"[getComputedStyle(document.documentElement).getPropertyValue('--card'),"
            f" document.querySelector('#{chart} .main-svg').clientWidth]"
        )
    )


def misplaced(page: Page) -> list[str]:
    """What leaves the viewport or its chart, and whether the page scrolls sideways."""
    root = "document.documentElement"
    wide = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    return page.evaluate(OUTSIDE) + ([f"{wide} px too wide"] if wide > 0 else [])


def grave_faults(page: Page, within: str | None = None) -> list[str]:
    """What axe-core finds that is serious or critical, with the elements."""
    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{fault['impact']}: {fault['id']}: {node['target']}: {node['failureSummary']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def texts(page: Page, selector: str) -> list[str]:
    """Text of each element, as it is in the document."""
    return page.locator(selector).all_text_contents()


def grid(page: Page, selector: str) -> list[list[str]]:
    """Text of each cell of the body of a table."""
    return page.eval_on_selector_all(
        f"{selector} tbody tr",
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))",
    )


def pick(page: Page, segment_type: str, segment: str, select: str = "#first") -> None:
    """Choose a segment in a picker, as a reader of the page does."""
    index = page.evaluate(
        "([select, kind, name]) =>"
        " [...document.querySelectorAll(`${select} option`)].findIndex((option) =>"
        " option.textContent === name &&"
        " (option.closest('optgroup')?.label ?? 'All').startsWith(kind))",
        [select, KINDS[segment_type], segment],
    )
    assert index >= 0, f"the picker has no {segment_type} {segment}"
    page.select_option(select, index=index)
    settle(page)


def pages_of(pdf: Path) -> list[str]:
    """Text of each page without white space: fonts differ, and with them the breaks."""
    pages = PdfReader(pdf).pages
    return ["".join(page.extract_text().split()) for page in pages]


DASH = "\N{EN DASH}"
KINDS = {
    "all": "All",
    "source": "By source",
    "engagement_channel": "By channel",
    "company_size": "By company size",
    "sales_owner": "By sales owner",
}


def count(value: int | None) -> str:
    """The way the page writes a number of leads."""
    return DASH if value is None else f"{value:,}"


def percent(value: float | None) -> str:
    """The way the page writes a share."""
    if value is None:
        return DASH
    tenth = (Decimal(repr(value)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{tenth:,}%"


def rough(value: float | None) -> str:
    """The way the page writes an estimate: two digits, or a whole number from 10 on."""
    if value is None:
        return DASH
    if abs(value) < 10:
        two_digits = Context(prec=2, rounding=ROUND_HALF_UP)
        return f"{two_digits.create_decimal(repr(value)).normalize():f}"
    return f"{Decimal(repr(value)).quantize(Decimal(1), ROUND_HALF_UP):,}"
