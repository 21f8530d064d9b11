from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from smartcrm.faults import Fault

import duckdb
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

import build_presentation
from browser import (
    CHARTS,
    count,
    grave_faults,
    grid,
    misplaced,
    opened,
    percent,
    pick,
    potential,
    settle,
    texts,
)
from conftest import LEDGER, ROOT, UNTESTED, Project
from smartcrm.pages.browser import headless_browser
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import read_parts

Row = dict[str, Any]
HEADER = (
    "lead_id,created_at,funnel_stage,intent_score,last_engaged,company_size,source,"
    "engagement_channel,sales_owner"
)
HOSTILE_OWNERS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '"><svg onload=alert(3)> &amp; ${data} $plotly',
    "مبيعات الشرق (abc) 12",
    "🦊 日本語 👩‍👩‍👧",
    "W" * 300,
)
# what leaves its slide or comes upon the footer
CUT_OFF = """(slide) => {
  const frame = slide.getBoundingClientRect();
  const floor = slide.querySelector(".foot").getBoundingClientRect().top;
  return [...slide.querySelectorAll("*:not(.foot, .foot *, defs *)")].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width && (box.left < frame.left || box.right > frame.right - 40 ||
      box.top < frame.top || box.bottom > floor - 4);
  }).map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 60)}`);
}"""
SIZES = (1440, 768, 390)
SCHEMES = ("light", "dark")
PAGES = ("sample", "hostile", "empty")
SEGMENT_TYPES = ("all", "source", "engagement_channel", "company_size", "sales_owner")
TIMES = "\N{MULTIPLICATION SIGN}"
HEALTH = ("Active", "Stale", "Dormant")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of all tests; without one they fail and say what to install."""
    missing = None
    try:
        with headless_browser() as started:
            yield started
    except Fault as fault:
        missing = str(fault)
    if missing:
        pytest.fail(missing, pytrace=False)


def drawn(database: Path, folder: Path) -> Path:
    path = folder / "conversion_funnel.html"
    with duckdb.connect(str(database), read_only=True) as connection:
        parts = read_parts(connection, "pages/conversion_funnel.sql")
    text = render_page("conversion_funnel", parts)
    path.write_text(text, encoding="utf-8")
    return path


def built_from(sample: Project, folder: Path, *leads: list[object]) -> Path:
    """The page of a project folder of its own, built from the leads."""
    project = Project(folder / "project", folder)
    shutil.copytree(sample.folder, project.folder)
    with (project.folder / LEDGER).open("a", newline="") as ledger:
        entries = csv.writer(ledger, lineterminator="\n")
        for number, (lead, name) in enumerate(
            zip(leads, HOSTILE_OWNERS, strict=False), 9001
        ):
            when = "2026-09-15T09:30:00Z"
            entries.writerow(
                [number, when, name[:40], "lead", lead[0], "stage", "", "SQL", name, ""]
            )
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(leads)
    path = folder / "leads.csv"
    path.write_text(f"{HEADER}\n{lines.getvalue()}", encoding="utf-8")
    ran = project.dbt(
        *("build", "--select", "+exposure:conversion_funnel_page", *UNTESTED),
        leads_path=str(path),
        comparable_min_leads="3",
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    return drawn(project.database, folder)


def hostile_leads() -> Iterator[list[object]]:
    stages = ("Lead", "MQL", "SQL", "Customer", "Lead", "Disqualified")
    for number, owner in enumerate(HOSTILE_OWNERS * 10):
        turn = number // 6 + number % 6
        yield [
            f"{number} {owner[:80]}",
            "2026-08-01",
            stages[turn % (2 + number % 6) % 6],
            turn * 11 % 100,
            ("2026-10-01", "2026-07-01", "")[turn % 3],
            "M: 11-50",
            ("Website", "Referral")[number % 2],
            "Email",
            owner,
        ]


@pytest.fixture(scope="module")
def page_of(
    sample: Project, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Paths of the pages of the sample, of hostile names and of no lead at all."""
    folder = tmp_path_factory.mktemp("pages")
    return {
        "sample": drawn(sample.database, folder),
        "hostile": built_from(sample, folder / "hostile", *hostile_leads()),
        "empty": built_from(sample, folder / "empty"),
    }


@pytest.fixture(scope="module")
def sample_page(page_of: dict[str, Path]) -> Path:
    return page_of["sample"]


@pytest.fixture(scope="module")
def hostile_page(page_of: dict[str, Path]) -> Path:
    return page_of["hostile"]


@pytest.fixture(scope="module")
def empty_page(page_of: dict[str, Path]) -> Path:
    return page_of["empty"]


@pytest.fixture(scope="module")
def sample_shown(browser: Browser, sample_page: Path) -> Iterator[Page]:
    """The sample's page, loaded once for tests that leave it as they like."""
    with opened(browser, sample_page) as page:
        yield page


@pytest.fixture(scope="module")
def marts(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built), read_only=True) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    answer = marts.execute(query, values)
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def opportunities_of(marts: duckdb.DuckDBPyConnection, segment_type: str) -> list[Row]:
    return rows(
        marts,
        "select * from strategy_opportunities where $1 in ('all', segment_type)"
        " order by potential_count desc, segment_type, segment, stage",
        segment_type,
    )


def label(name: str) -> str:
    """The way a chart writes a name: cut, and apart from what is right-to-left."""
    return "\u2068" + (name if len(name) <= 32 else name[:31] + "…") + "\u2069"


def show_all(page: Page) -> None:
    more = page.locator("#show-all", has_text="Show all")
    if more.is_visible():
        more.click()


@pytest.mark.parametrize("segment_type", SEGMENT_TYPES)
def test_the_figures_on_screen_are_the_marts(
    sample_shown: Page,
    marts: duckdb.DuckDBPyConnection,
    segment_type: str,
) -> None:
    # the second largest, so that the first in the list is not right by luck
    segment = rows(
        marts,
        "select segment from conversion_funnel where segment_type = $1 and stage ="
        " 'Lead' order by reached_count desc, segment limit 2",
        segment_type,
    )[-1]["segment"]
    of_segment = "segment_type = $1 and segment = $2"
    funnel = rows(
        marts,
        f"select * from conversion_funnel where {of_segment} order by stage_order",
        segment_type,
        segment,
    )
    counts = rows(
        marts, f"select * from segment_counts where {of_segment}", segment_type, segment
    )
    everything = rows(
        marts,
        "select * from conversion_funnel where segment_type = 'all'"
        " order by stage_order",
    )

    def leads(**match: str) -> int:
        return sum(
            row["lead_count"]
            for row in counts
            if all(row[column] == value for column, value in match.items())
        )

    page = sample_shown
    pick(page, segment_type, segment)
    _, _, sql, customer = funnel
    assert texts(page, "#figures .value") == [
        count(funnel[0]["reached_count"]),
        count(sql["reached_count"]),
        count(customer["reached_count"]),
        percent(customer["share_of_top"]),
    ]
    sql_share, won_share = texts(page, "#figures .aside")[1:3]
    assert sql_share == f"{percent(sql['share_of_top'])} of leads"
    assert won_share.startswith(percent(customer["conversion_rate"]))

    assert grid(page, "#funnel-table") == [
        [
            row["stage"],
            count(row["reached_count"]),
            percent(row["share_of_top"]),
            count(row["standing_count"]),
            count(row["drop_off_count"]),
            percent(row["drop_off_rate"]),
        ]
        for row in funnel
    ]
    assert texts(page, "#funnel .bartext") == [
        count(row["reached_count"]) for row in funnel
    ]
    drops = texts(page, "#funnel .annotation-text")
    for row, told in zip(funnel[1:], drops, strict=True):
        assert f"{count(row['drop_off_count'])} lead" in told
        assert f"{percent(row['drop_off_rate'])} drop-off" in told
    widths = page.eval_on_selector_all(
        "#funnel .trace .point path", "all => all.map((bar) => bar.getBBox().width)"
    )
    for row, width in zip(funnel, widths, strict=True):
        share = row["reached_count"] / funnel[0]["reached_count"]
        assert width / widths[0] == pytest.approx(share, abs=0.01)

    compared = [funnel] if segment_type == "all" else [funnel, everything]
    assert grid(page, "#conversion-table") == [
        [
            f"{before['stage']} → {row['stage']}",
            count(row["reached_count"]),
            count(row["previous_count"]),
            *(percent(one[place]["conversion_rate"]) for one in compared),
        ]
        for place, (before, row) in enumerate(pairwise(funnel), 1)
    ]
    assert texts(page, "#conversion .bartext") == [
        percent(row["conversion_rate"]) for one in compared for row in one[1:]
    ]

    stages = [row["stage"] for row in funnel] + ["Disqualified"]
    assert grid(page, "#health-table") == [
        [
            stage,
            *(
                count(leads(effective_stage=stage, engagement_health=health))
                for health in HEALTH
            ),
        ]
        for stage in stages
    ]
    by_both = [
        [count(leads(funnel_stage=crm, simulated_stage=rules)) for rules in stages]
        for crm in stages
    ]
    assert [row[1:] for row in grid(page, "#recorded-table")] == by_both
    assert texts(page, "#recorded .hm text") == [
        cell for row in by_both for cell in row
    ]

    show_all(page)
    assert [
        [re.sub(r"\s+", " ", cell) for cell in row]
        for row in page.eval_on_selector_all(
            "#opportunities tr",
            "all => all.map((row) => [1, 2, 5, 6, 7, 8].map((i) =>"
            " row.cells[i].innerText))",
        )
    ] == [
        [
            f"{row['stage']} → {row['next_stage']}",
            f"{count(row['stuck_count'])} Show leads",
            row["owner_team"],
            percent(row["conversion_rate"]),
            f"{row['best_segment']} {percent(row['best_conversion_rate'])}",
            f"{potential(row['potential_count'])} {count(row['stuck_count'])} "
            f"{TIMES} {percent(row['best_conversion_rate'])} ≈ "
            f"{potential(row['potential_count'])}",
        ]
        for row in opportunities_of(marts, segment_type)
    ]
    picked = texts(page, "#opportunities tr.picked th bdi")
    assert set(picked) <= {segment}
    assert bool(picked) == any(
        row["segment"] == segment for row in opportunities_of(marts, segment_type)
    )


def test_the_picker_changes_every_chart_and_table(sample_shown: Page) -> None:
    parts = ["figures", "segment-status", "funnel-note", "recorded-note"]
    parts += ["opportunities", "opportunities-note", *CHARTS]
    parts += [f"{chart}-table" for chart in CHARTS]

    def shown(page: Page) -> dict[str, str]:
        return {part: page.locator(f"#{part}").text_content() for part in parts}

    page = sample_shown
    pick(page, "all", "All leads")
    before = shown(page)
    labels = [page.get_attribute(f"#{chart}", "aria-label") for chart in CHARTS]
    pick(page, "source", "Webinar")
    after = shown(page)
    assert [part for part in parts if before[part] == after[part]] == []
    for chart, label in zip(CHARTS, labels, strict=True):
        assert page.get_attribute(f"#{chart}", "aria-label") != label
    pick(page, "all", "All leads")
    assert shown(page) == before


def test_the_leads_of_an_opportunity_open_and_close_by_keyboard(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    row = opportunities_of(marts, "source")[1]
    expected = rows(
        marts,
        "select lead_id, coalesce(effective_owner, 'Unassigned') as owner,"
        " stage_reason from leads where source = $1 and effective_stage = $2"
        " order by intent_score desc nulls last, lead_id limit 25",
        row["segment"],
        row["stage"],
    )
    page = sample_shown
    pick(page, "source", row["segment"])
    page.locator("#opportunities .link").nth(0).focus()
    page.keyboard.press("Tab")
    assert not page.locator("#leads").is_visible()
    page.keyboard.press("Enter")
    assert page.locator("#leads").is_visible()
    heading = page.text_content("#leads-heading")
    stuck = count(row["stuck_count"])
    assert heading == f"{row['segment']}: {stuck} leads at {row['stage']}"
    note = page.text_content("#leads-note")
    assert note.startswith(
        f"{len(expected)} of {stuck}, " if row["stuck_count"] > 25 else "All "
    )
    assert [cells[:3] for cells in grid(page, "#leads-list")] == [
        list(lead.values()) for lead in expected
    ]
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.getElementById('leads').contains(document.activeElement)"
    )
    page.keyboard.press("Escape")
    assert not page.locator("#leads").is_visible()
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == f"Show leads of {row['segment']} at {row['stage']}"
    page.keyboard.press("Space")
    page.click("#leads-close")
    assert not page.locator("#leads").is_visible()


def test_the_picker_works_by_keyboard(browser: Browser, sample_page: Path) -> None:
    with opened(browser, sample_page) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "segment"
        before = page.text_content("#segment-status")
        page.keyboard.press("ArrowDown")
        settle(page)
        assert page.text_content("#segment-status") != before


# what fits in daylight fits in the dark, where only colours and contrasts differ
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        *((name, width, "light") for name in PAGES for width in SIZES),
        *(("sample", 1440, "dark"), ("sample", 390, "dark"), ("empty", 1440, "dark")),
    ],
)
def test_the_page_fits_and_has_no_grave_fault(
    browser: Browser, page_of: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    with opened(browser, page_of[name], width, scheme) as page:
        assert misplaced(page) == []
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shade = sum(int(part) for part in re.findall(r"\d+", background)) / 3
        assert (shade > 128) == (scheme == "light")
        if name == "empty":
            assert grave_faults(page) == []
            return
        assert not page.is_visible("#empty")
        for summary in page.locator("summary").all():
            summary.click()
        show_all(page)
        if scheme == "light":
            for owner in texts(page, "optgroup[label^='By sales owner'] option"):
                pick(page, "sales_owner", owner)
                assert misplaced(page) == [], owner
        if width == 768:
            return
        assert grave_faults(page) == []
        page.locator("#opportunities .link").first.click()
        assert grave_faults(page, "#leads") == []
        assert misplaced(page) == []
        box = page.locator("#leads").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.fixture(scope="module")
def what_if(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A candidate for the sample, in a copy of its database, and its page."""
    project = sample.copy_to(tmp_path_factory.mktemp("what_if") / "copy")
    done = project.script("what_if", "--out", project.scratch, "sql_min_intent=60")
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize("width", SIZES)
def test_the_what_if_page_shows_the_moves_and_finds_a_lead(
    browser: Browser, what_if: Project, width: int
) -> None:
    moved = what_if.rows("select lead_id from what_if.what_if_moves order by lead_id")
    matrix = what_if.rows(
        "select lead_count from what_if.what_if_matrix where decision = 'stage'"
        " and outcome_before = 'MQL' and outcome_after = 'SQL'"
    )
    last = moved[-1][0]
    with opened(browser, what_if.scratch / "what_if.html", width) as page:
        assert texts(page, "#figures .value")[0] == count(len(moved))
        by_stage = {row[0]: row[1:] for row in grid(page, "#stage-table")}
        assert count(matrix[0][0]) in by_stage["MQL"]
        shown = page.locator("#moves tbody tr:visible")
        assert shown.count() == len(moved)
        page.fill("#search", last.lower())
        assert texts(page, "#moves tbody tr:visible th") == [last]
        assert page.inner_text("#search-status") == "1 lead found"
        assert misplaced(page) == []
        assert grave_faults(page) == []


def test_hostile_names_are_text(browser: Browser, hostile_page: Path) -> None:
    with opened(browser, hostile_page) as page:
        names = set(texts(page, "optgroup[label^='By sales owner'] option"))
        for owner in HOSTILE_OWNERS:
            shown = owner if len(owner) <= 60 else owner[:59] + "…"
            assert shown in names
            pick(page, "sales_owner", shown)
            assert page.text_content("#segment-status").startswith(
                f"Sales owner: {shown}, 10 leads"
            )
            assert page.get_attribute("#segment-status bdi", "title") == owner
            assert owner in page.eval_on_selector_all(
                "#overrides bdi", "all => all.map((name) => name.title)"
            )
        listed = set()
        for place in range(page.locator("#opportunities .link").count()):
            page.locator("#opportunities .link").nth(place).click()
            listed |= {cells[0] for cells in grid(page, "#leads-list")}
            page.keyboard.press("Escape")
        for place in (0, 1, 3):
            assert f"{place} {HOSTILE_OWNERS[place]}" in listed
        assert page.locator("img").count() == 0
        assert page.locator("script").count() == 3
        assert page.locator("svg[onload], [onerror]").count() == 0
        # a chart reads markup in its labels, which a name must not become
        for owner in HOSTILE_OWNERS[:4]:
            pick(page, "sales_owner", owner)
            page.locator("#conversion .point").first.hover(force=True)
            settle(page)
            told = page.locator("#conversion .hovertext").text_content()
            assert label(owner) in told


def test_an_empty_project_explains_itself(browser: Browser, empty_page: Path) -> None:
    with opened(browser, empty_page) as page:
        assert page.is_visible("#empty")
        told = page.inner_text("#empty")
        assert "No leads yet" in told
        assert "leads_path" in told
        assert not page.is_visible("#filled")
        thresholds = (ROOT / "seeds/thresholds.csv").read_text("utf-8").splitlines()
        assert len(grid(page, "#thresholds")) == len(thresholds) - 1
        assert page.is_visible("#overrides")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_prints_whole_and_light(
    browser: Browser,
    sample_page: Path,
    marts: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    scheme: str,
) -> None:
    pdf = tmp_path / "page.pdf"
    with opened(browser, sample_page, scheme=scheme) as page:
        page.evaluate(
            "addEventListener('beforeprint', () => { window.printed = ["
            " getComputedStyle(document.documentElement).getPropertyValue('--card'),"
            " document.querySelector('#funnel .main-svg').clientWidth]; })"
        )
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        settle(page)
        assert page.evaluate("window.printed") == ["#ffffff", 430]
        assert page.evaluate("document.documentElement.className") == ""
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1032, "height": 700})
        settle(page)
        assert misplaced(page) == []
        for control in ("#show-all", "#opportunities .link >> nth=0", "summary"):
            assert not page.locator(control).first.is_visible()
    sheets = PdfReader(pdf).pages
    assert 2 <= len(sheets) <= 8
    width, height = sheets[0].mediabox.width, sheets[0].mediabox.height
    assert width > height
    printed = " ".join(sheet.extract_text() for sheet in sheets)
    for row in rows(marts, "select * from conversion_funnel where segment_type='all'"):
        assert count(row["reached_count"]) in printed
        if row["conversion_rate"] is not None:
            assert percent(row["conversion_rate"]) in printed
    for row in opportunities_of(marts, "all")[:15]:
        assert f"≈ {potential(row['potential_count'])}" in printed


def test_nothing_on_a_slide_is_cut_off(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "slides.html"
    with duckdb.connect(str(built), read_only=True) as connection:
        parts = read_parts(connection, "slides/presentation.sql")
    path.write_text(build_presentation.render_html(parts), encoding="utf-8")
    with opened(browser, path, 1280) as page:
        slides = page.locator(".slide").all()
        assert len(slides) == 13
        for number, slide in enumerate(slides, 1):
            assert slide.evaluate(CUT_OFF) == [], f"slide {number}"
