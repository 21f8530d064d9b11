from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

import build_presentation
from browser import (
    CHARTS,
    DASH,
    KINDS,
    count,
    grave_faults,
    grid,
    misplaced,
    on_paper,
    opened,
    percent,
    pick,
    resize,
    rough,
    settle,
    texts,
)
from conftest import ROOT, UNTESTED, Project
from smartcrm.pages.page import draw_page
from smartcrm.pages.rendering import read_parts

Row = dict[str, Any]
HEADER = (
    "lead_id,created_at,funnel_stage,intent_score,last_engaged,company_size,source,"
    "engagement_channel,sales_owner"
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
SEGMENT_TYPES = ("all", "source", "engagement_channel", "company_size", "sales_owner")
TIMES = "\N{MULTIPLICATION SIGN}"
MINUS = "\N{MINUS SIGN}"
HEALTH = ("Active", "Stale", "Dormant")


def drawn(database: Path, folder: Path) -> Path:
    path = folder / "conversion_funnel.html"
    with duckdb.connect(str(database), read_only=True) as connection:
        path.write_text(draw_page(connection, "conversion_funnel"), encoding="utf-8")
    return path


def built_from(sample: Project, folder: Path, *leads: list[object]) -> Path:
    """The page of a project folder of its own, built from the leads."""
    project = Project(folder / "project", folder)
    shutil.copytree(sample.folder, project.folder)
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


def undated_leads() -> Iterator[list[object]]:
    """An export that has no dates, as some that are made public."""
    stages = ("Lead", "MQL", "SQL", "Customer", "Lead")
    for number in range(40):
        stage = stages[number % 5]
        source = ("Website", "Referral", "Event")[number % 3]
        kinds = ("M: 11-50", source, "Email", "")
        yield [f"U{number}", "", stage, number * 7 % 100, "", *kinds]


@pytest.fixture(scope="module")
def sample_page(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(sample.database, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def sample_shown(browser: Browser, sample_page: Path) -> Iterator[Page]:
    """The sample's page, loaded once for tests that leave it as they like."""
    with opened(browser, sample_page) as page:
        yield page


def rows(marts: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Row]:
    answer = marts.execute(query, values)
    columns = [column[0] for column in answer.description]
    return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]


def label(name: str) -> str:
    """The way a chart writes a name: cut, and apart from what is right-to-left."""
    return "\u2068" + (name if len(name) <= 32 else name[:31] + "…") + "\u2069"


def columns_of(shown: Page, table: str, *columns: int) -> list[list[str]]:
    """Some columns of a table, with one space where the page has a break."""
    return [
        [re.sub(r"\s+", " ", row[column]) for column in columns]
        for row in shown.eval_on_selector_all(
            f"{table} tbody tr",
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))",
        )
    ]


def unfold(page: Page) -> None:
    """Open all that is folded away."""
    page.evaluate(
        """() => {
          const state = new URLSearchParams(location.hash.slice(1));
          for (const one of document.querySelectorAll("main details"))
            state.append("open", one.lastElementChild.id);
          location.hash = state;
        }"""
    )
    settle(page)


def in_threes(found: list[Row]) -> Iterator[list[Row]]:
    """The rows of a month at a time, one for each stage after the first."""
    left = iter(found)
    while three := list(islice(left, 3)):
        yield three


def interval(low: float | None, high: float | None, write: Any = percent) -> str:  # noqa: ANN401
    return "" if low is None else f" {write(low)} to {write(high)}"


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
        " 'Lead' order by ever_count desc, segment limit 2",
        segment_type,
    )[-1]["segment"]
    page = sample_shown
    pick(page, segment_type, segment)
    check_funnel(page, marts, segment_type, segment)
    of_segment = "segment_type = $1 and segment = $2"

    cohorts = rows(
        marts,
        f"select * from funnel_cohorts where {of_segment}"
        " order by created_month desc, stage_order",
        segment_type,
        segment,
    )
    unfold(page)
    shown = columns_of(page, ".card:has(#cohorts)", 1, 2, 3, 4)
    for months, cells in zip(in_threes(cohorts), shown, strict=True):
        assert cells[0] == count(months[0]["lead_count"])
        for row, told in zip(months, cells[1:], strict=True):
            of_all = f"{count(row['reached_count'])} of {count(row['lead_count'])}"
            rate = row["conversion_rate"]
            undated = row["undated_count"]
            more = f", and {count(undated)} more on no known day" if undated else ""
            if not row["is_mature"]:
                assert told == f"too young {of_all} so far{more}"
            elif rate is None:
                assert told == f"not known {of_all}{more}"
            else:
                assert told.startswith(f"{percent(rate)} {of_all}, ")
    hatched = page.locator("td.hatched").count()
    assert hatched == sum(row["conversion_rate"] is None for row in cohorts) > 0

    times = rows(
        marts,
        f"select stage, list(incidence order by days) as rates from time_to_stage"
        f" where {of_segment} group by stage, stage_order order by stage_order",
        segment_type,
        segment,
    )
    assert [
        [row[0], *(cell for cell in row[2:] if cell != DASH)]
        for row in columns_of(page, "#times-table", *range(9))
    ] == [
        [row["stage"], *(percent(rate) for rate in row["rates"] if rate is not None)]
        for row in times
    ]

    velocity = rows(
        marts,
        "select * from funnel_velocity where segment_type in ('all', $1)"
        " order by segment_type != 'all', segment != $2,"
        " customers_per_month desc nulls last",
        segment_type,
        segment,
    )
    changing = ("engagement_channel", "sales_owner")
    assert (len(velocity) == 1) == (segment_type in ("all", *changing))
    assert columns_of(page, ".card:has(#velocity)", 1, 3, 4) == [
        [
            rough(row["leads_per_month"]),
            DASH if row["half_won_days"] is None else f"{row['half_won_days']} days",
            f"{rough(row['customers_per_month'])}"
            + interval(
                row["customers_per_month_low"], row["customers_per_month_high"], rough
            )
            + f" {rough(row['leads_per_month'])} "
            f"{TIMES} {percent(row['customer_share'])} ≈ "
            f"{rough(row['customers_per_month'])}",
        ]
        for row in velocity
    ]

    gaps = rows(
        marts,
        "select * from strategy_opportunities where not is_opportunity"
        " and $1 in ('all', segment_type)"
        " order by extra_customers desc, segment, stage",
        segment_type,
    )
    assert sorted(columns_of(page, "#findings-table", 1, 2, 3, 4)) == sorted(
        [
            f"{row['stage']} → {row['next_stage']}",
            f"{percent(row['conversion_rate'])} {count(row['went_on_count'])} of "
            f"{count(row['lead_count'])}",
            percent(row["bar_rate"]),
            percent(row["gap"]) + interval(row["gap_low"], row["gap_high"]),
        ]
        for row in gaps
    )


def check_funnel(
    page: Page, marts: duckdb.DuckDBPyConnection, segment_type: str, segment: str
) -> None:
    """Figures, funnel and stages by CRM and rules are the marts' of the segment."""
    of_segment = "segment_type = $1 and segment = $2"
    funnel = rows(
        marts,
        f"select * from conversion_funnel where {of_segment} order by stage_order",
        segment_type,
        segment,
    )
    steps = rows(
        marts, f"select * from funnel_steps where {of_segment}", segment_type, segment
    )
    recorded = rows(
        marts,
        "select funnel_stage, simulated_stage, sum(lead_count) as leads"
        f" from segment_counts where {of_segment} group by all",
        segment_type,
        segment,
    )

    def became(stage: str, fate: str, health: str | None) -> int:
        return sum(
            row["lead_count"]
            for row in steps
            if (row["stage"], row["fate"], row["engagement_health"])
            == (stage, fate, health)
        )

    _, _, sql, customer = funnel
    assert texts(page, "#figures .value") == [
        count(funnel[0]["ever_count"]),
        count(sql["ever_count"]),
        count(customer["ever_count"]),
        percent(customer["share_of_top"]),
    ]
    sql_share, won_share = texts(page, "#figures .aside")[1:3]
    assert sql_share.startswith(
        f"{percent(sql['share_of_top'])} of leads; {count(sql['now_count'])} stand"
    )
    if sql["ever_count"]:
        assert won_share.startswith(percent(customer["conversion_rate"]))

    fates = [
        ("Went on", None),
        *(("Still here", one) for one in HEALTH),
        ("Left", None),
    ]
    assert grid(page, "#funnel-table") == [
        [
            row["stage"],
            count(row["ever_count"]),
            percent(row["conversion_rate"]),
            count(row["inferred_count"]),
            count(row["skipped_count"]),
            *(count(became(row["stage"], *fate)) for fate in fates),
            count(row["fell_back_count"]),
            count(row["now_count"]),
            percent(row["now_conversion_rate"]),
            count(row["standing_count"]),
        ]
        for row in funnel
    ]
    told = texts(page, "#funnel .annotation-text")
    for row, line in zip(funnel, told, strict=True):
        assert line.startswith(f"{count(row['ever_count'])} ever")
        if row["conversion_rate"] is not None:
            assert f", {percent(row['conversion_rate'])} of " in line
            assert f"{count(row['now_count'])} there or beyond now" in line
    bars = page.eval_on_selector_all(
        "#funnel .trace",
        "all => all.map((trace) => [...trace.querySelectorAll('.point path')]"
        ".map((bar) => bar.getBBox().width))",
    )
    # drawn in proportion: of the widest stage, and of each part of it
    most = funnel[0]["ever_count"]
    whole = sum(trace[0] for trace in bars)
    for trace, fate in zip(bars, fates, strict=True):
        for width, row in zip(trace, funnel, strict=True):
            share = became(row["stage"], *fate) / most
            assert width / whole == pytest.approx(share, abs=0.01)

    stages = [row["stage"] for row in funnel] + ["Disqualified"]
    by_both = {
        (row["funnel_stage"], row["simulated_stage"]): row["leads"] for row in recorded
    }
    assert [row[1:] for row in grid(page, "#recorded")] == [
        [count(by_both.get((crm, rules), 0)) for rules in stages] for crm in stages
    ]


def test_two_filters_show_the_pair_of_segments(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    page = sample_shown
    pick(page, "company_size", "M: 11-50")
    pick(page, "source", "Webinar", "#second")
    check_funnel(page, marts, "source and company_size", "Webinar and M: 11-50")
    status = page.text_content("#segment-status")
    assert status.startswith("Source: Webinar and Company size: M: 11-50, ")
    # what is counted by one filter only says whose it is
    assert page.text_content("#cohorts-note").startswith(
        "By one filter at a time: this is M: 11-50."
    )
    pick(page, "all", "All leads")
    assert page.locator("#second").is_disabled()


def test_what_holds_leads_back_and_what_rules_meant_are_the_marts(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    page = sample_shown
    unfold(page)
    holds = rows(marts, "from held_back_leads order by lead_count desc, hold")
    assert columns_of(page, "#holds", 1) == [
        [count(row["lead_count"])] for row in holds
    ]
    backtest = rows(
        marts,
        "from rule_backtest"
        " order by flagged_by desc, stage_order desc, lift desc, flag",
    )
    assert columns_of(page, "#backtest-table", 2, 3, 5) == [
        [
            f"{count(row['lead_count'])} on {count(row['flagged_count'])} lead-day"
            + "s" * (row["flagged_count"] != 1),
            f"{percent(row['win_rate'])} {count(row['win_count'])} of "
            f"{count(row['flagged_count'])}"
            + interval(row["win_rate_low"], row["win_rate_high"]),
            f"{percent(row['caught_share'])} {count(row['missed_count'])} missed"
            + interval(row["caught_share_low"], row["caught_share_high"]),
        ]
        for row in backtest
    ]
    best = backtest[0]
    (days,) = rows(
        marts,
        "select count(*) as all_days, count(distinct landmark_on) as on_days"
        " from landmark_decisions",
    )
    note = page.text_content("#backtest-note")
    assert f"on {days['on_days']} earlier days" in note
    assert (
        f"Of {count(days['all_days'])} lead-days {percent(best['base_rate'])} were won"
        f" within 90 days, of the {count(best['flagged_count'])} that they put at"
        f" SQL or beyond {percent(best['win_rate'])}."
    ) in note


def test_the_work_that_is_due_is_said_first_and_each_count_opens_its_leads(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    page = sample_shown
    unfold(page)
    cards = texts(page, "main .card:visible h2")
    assert cards[:2] == ["The funnel", "Work that is due"]
    statuses = ("late", "due", "undated", "lead")
    for kind, table in (("team", "#work"), ("owner", "#work-table")):
        lists = rows(
            marts,
            "from worklist_counts where list_kind = $1"
            " order by late_count desc, due_count desc, list_name",
            kind,
        )
        expected = [
            [row["list_name"], *(count(row[f"{one}_count"]) for one in statuses)]
            for row in lists
        ]
        if kind == "team":
            sums = (sum(row[f"{one}_count"] for row in lists) for one in statuses)
            expected.append(["All teams", *map(count, sums)])
            said = "Work: {1} late, {2} due within a week.".format(*expected[-1])
            assert page.inner_text("#due") == said
        assert columns_of(page, table, *range(5)) == expected
    # a rep's late work is one click away
    page.click("#work-table tbody tr:first-child .open")
    (name, *_) = expected[0]
    late = rows(
        marts,
        "select lead_id from worklist_rows where list_kind = 'owner'"
        " and list_name = $1 and due_status = 'late'",
        name,
    )
    heading = page.text_content("#leads-heading")
    assert heading == f"{len(late)} leads of {name} that are late"
    assert sorted(listed(page)) == sorted(row["lead_id"] for row in late)
    page.keyboard.press("Escape")


def test_the_shares_of_customers_say_how_they_belong_together(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    page = sample_shown
    for segment_type, segment in (("all", "All leads"), ("source", "Event")):
        pick(page, segment_type, segment)
        (one,) = rows(
            marts,
            "select incidence_within_horizon, customer_share, share_days, share_of_top"
            " from conversion_funnel inner join time_to_stage_medians as medians"
            " using (segment_type, segment, stage)"
            " inner join funnel_velocity using (segment_type, segment)"
            " where segment_type = $1 and segment = $2 and stage = 'Customer'",
            segment_type,
            segment,
        )
        assert texts(page, "#figures .value")[3] == percent(one["share_of_top"])
        assert texts(page, "#figures .aside")[3].startswith(
            "so far, young leads counted in; "
            f"{percent(one['incidence_within_horizon'])} after 90 days; "
            f"{percent(one['customer_share'])} after {one['share_days']} days"
        )
    pick(page, "all", "All leads")


@pytest.fixture
def changeable(built: Path, tmp_path: Path) -> Path:
    """A copy of the built database; its views know it by the name of its file."""
    return Path(shutil.copy(built, tmp_path / built.name))


def test_opportunities_stand_apart_by_the_customers_they_could_bring(
    browser: Browser, changeable: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(changeable)) as connection:
        connection.execute(
            "update strategy_opportunities set is_opportunity = finding is null"
        )
        real = rows(
            connection,
            "from strategy_opportunities where is_opportunity"
            " order by extra_customers desc",
        )
        everyone = connection.sql("from strategy_opportunities").fetchall()
        connection.execute(
            "update funnel_velocity set share_days = 100 where segment_type = 'all'"
        )
    assert 1 < len(real) < len(everyone)
    with opened(browser, drawn(changeable, tmp_path)) as page:
        shown = columns_of(page, "#opportunities", 0, 5, 6, 7)
        for row, cells in zip(real, shown, strict=True):
            segment, extra, stuck, what_to_do = cells
            kind = KINDS[row["segment_type"]].removeprefix("By ").capitalize()
            bounds = (row["extra_customers_low"], row["extra_customers_high"])
            rates = (
                f"{percent(row['bar_rate'])} {MINUS} {percent(row['conversion_rate'])}"
            )
            could_bring = rough(row["extra_customers"])
            assert segment == f"{row['segment']} {kind}"
            assert extra == (
                f"{could_bring}{interval(*bounds, rough)}"
                f" {count(row['lead_count'])} {TIMES} ({rates}) ≈ {could_bring}"
            )
            assert stuck == count(row["stuck_count"])
            assert what_to_do.startswith(
                f"{row['next_step']} {count(row['main_rule_count'])} of {stuck}: "
            )
        assert f"({len(everyone) - len(real)})" in page.text_content(
            "#findings-summary"
        )
        page.locator("#opportunities .open").first.click()
        first = real[0]
        assert page.text_content("#leads-heading") == (
            f"{first['segment']}: {first['stuck_count']} leads at {first['stage']} now"
        )
        assert f"of {first['stuck_count']}" in page.text_content("#leads .dt-info")
        # a share of less than a year says so
        ((share,),) = columns_of(page, "#velocity", 2)
        assert share.endswith(" within 100 days")


def test_the_first_line_says_what_happened(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    (newest,) = rows(
        marts,
        "from funnel_cohorts where segment_type = 'all' and stage = 'Customer'"
        " order by created_month desc limit 1",
    )
    (won,) = rows(
        marts,
        "from time_to_stage_medians where segment_type = 'all' and stage = 'Customer'",
    )
    told = sample_shown.text_content("#happened")
    assert f"{newest['created_month']:%B %Y}: {newest['lead_count']} leads" in told
    assert "too young to judge" in told
    assert f"{percent(won['incidence_within_horizon'])} of leads become" in told
    assert f"half of these in {won['median_days_within_horizon']} days" in told


def test_the_first_line_says_so_where_none_was_won_and_none_is_open(
    browser: Browser, changeable: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(changeable)) as connection:
        for change in (
            "time_to_stage_medians set incidence_within_horizon = null",
            "conversion_funnel set still_here_count = 0",
            "conversion_funnel set ever_count = 0 where stage = 'Customer'",
        ):
            connection.execute(f"update {change}")
    with opened(browser, drawn(changeable, tmp_path)) as page:
        told = page.text_content("#happened")
    assert told.endswith("No lead became a Customer; no lead is open any more.")


def test_the_picker_changes_every_chart_and_table(sample_shown: Page) -> None:
    parts = ["figures", "segment-status", "funnel-note", "recorded", "recorded-note"]
    parts += ["cohorts", "times-medians-table", "velocity", "findings-table", *CHARTS]
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
    for chart, told in zip(CHARTS, labels, strict=True):
        assert page.get_attribute(f"#{chart}", "aria-label") != told
    pick(page, "all", "All leads")
    assert shown(page) == before


@pytest.mark.parametrize(
    ("picked", "among", "at_least"),
    [
        (("sales_owner", "Unassigned"), "main", (100, 12)),
        # the rest is lists of the same kinds
        (("all", "All leads"), ":is(#figures, #funnel, #findings-table)", (30, 12)),
    ],
)
def test_every_number_opens_as_many_leads_as_it_says(
    sample_shown: Page, picked: tuple[str, str], among: str, at_least: tuple[int, int]
) -> None:
    page = sample_shown
    # the bars of the segment before, which some of these have not, leave nothing behind
    pick(page, "engagement_channel", "Email")
    pick(page, *picked)
    unfold(page)
    openers, bars, wrong = page.evaluate(
        """(among) => {
          const counted = (text) => Number(text.replaceAll(",", ""));
          const wrong = [];
          const openers = document.querySelectorAll(`${among} .open`);
          const bars = document.querySelectorAll(`${among} .point[role=button]`);
          for (const node of [...openers, ...bars]) {
            const name = node.getAttribute("aria-label");
            const said = counted(name.match(/[\\d,]+/)[0]);
            if (node.matches(".open")) node.click();
            else node.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
            const info = document.querySelector("#leads .dt-info").textContent;
            const listed = counted(info.match(/of ([\\d,]+)/)[1]);
            if (listed !== said) wrong.push(`${name}: ${info}`);
            document.getElementById("leads").close();
          }
          return [openers.length, bars.length, wrong];
        }""",
        among,
    )
    assert openers >= at_least[0]
    assert bars >= at_least[1]
    assert wrong == []


def listed(page: Page) -> list[str]:
    return texts(page, "#leads-list tbody tr td:first-child")


def test_the_leads_of_a_bar_open_and_close_by_keyboard(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    expected = rows(
        marts,
        "select lead_id from lead_progress where furthest_stage = 'SQL' and has_left",
    )
    page = sample_shown
    pick(page, "all", "All leads")
    bar = page.locator("#funnel .point[aria-label*='left at SQL']")
    assert bar.get_attribute("aria-label").startswith(f"{len(expected)} leads")
    bar.focus()
    assert not page.locator("#leads").is_visible()
    page.keyboard.press("Enter")
    assert (
        page.text_content("#leads-heading") == f"{len(expected)} leads that left at SQL"
    )
    assert sorted(listed(page)) == sorted(row["lead_id"] for row in expected)
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.getElementById('leads').contains(document.activeElement)"
    )
    # and on to why one of them is where it is
    page.locator("#leads-list .open").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#lead").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#lead").is_visible()
    assert page.locator("#leads").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#leads").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == (
        bar.get_attribute("aria-label")
    )
    # a click does the same
    box = page.locator("#funnel .trace").nth(0).locator(".point").nth(0).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "that went on from Lead" in page.text_content("#leads-heading")
    page.click("#leads form button")
    assert not page.locator("#leads").is_visible()
    # that a list has closed is heard later, when the next one may be open already
    bar.evaluate(
        """(bar) => {
          const list = document.getElementById("leads");
          const open = () =>
            bar.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
          open();
          list.close();
          open();
          return new Promise((heard) => list.addEventListener("close", heard));
        }"""
    )
    assert page.locator("#leads").is_visible()
    # and what is closed is at once no longer in the address, which would open it again
    is_open, address = page.evaluate(
        """() => {
          const list = document.getElementById("leads");
          list.dispatchEvent(new Event("cancel", { cancelable: true }));
          return [list.open, location.hash];
        }"""
    )
    assert not is_open
    assert "list=" not in address


def test_a_lead_is_found_and_says_why_it_is_where_it_is(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection
) -> None:
    (lead,) = rows(marts, "from leads where work = 'Answer' order by lead_id limit 1")
    page = sample_shown
    page.fill("#find-text", lead["lead_id"].lower())
    page.keyboard.press("Enter")
    assert (
        page.text_content("#lead-heading") == f"Why is {lead['lead_id']} where it is?"
    )
    told = page.text_content("#lead-facts")
    for reason in ("stage_reason", "health_reason", "effective_track_reason"):
        assert lead[reason] in told
    for fact in ("work_reason", "next_step", "funnel_stage", "source"):
        assert lead[fact] in told
    page.click("#lead form button")
    # words find every lead that has them all, in whatever column
    page.fill("#find-text", "event keller")
    page.keyboard.press("Enter")
    found = rows(
        marts,
        "select lead_id from leads where source = 'Event'"
        " and effective_owner = 'Jonas Keller'",
    )
    assert 0 < len(found) <= 25
    assert sorted(listed(page)) == sorted(row["lead_id"] for row in found)
    page.fill("#leads .dt-search input", "nobody at all")
    assert page.inner_text("#leads-list tbody") == "No lead matches the search."
    page.click("#leads form button")
    page.fill("#find-text", "")
    assert not page.locator("#leads").is_visible()


def show(page: Page, address: str = "") -> None:
    """Go to what is written behind the # in the page that is open."""
    page.goto(f"{page.url.split('#')[0]}#{address}")
    settle(page)


def test_what_is_shown_is_in_the_address(sample_shown: Page) -> None:
    def told(page: Page) -> list[str | None]:
        parts = ("#segment-status", "#leads-heading", "#leads .dt-info")
        return [page.text_content(part) for part in parts] + listed(page)[:3]

    page = sample_shown
    show(page)
    pick(page, "source", "Website")
    pick(page, "company_size", "S: 1-10", "#second")
    page.click("#funnel + details summary")
    page.locator("#figures .open").first.click()
    page.fill("#leads .dt-search input", "mql")
    page.get_by_role("button", name="Intent").click()
    settle(page)
    before = told(page)
    assert "(of " in before[2]
    page.reload()
    page.wait_for_selector("body.drawn")
    settle(page)
    assert told(page) == before
    assert page.locator("#funnel + details").get_attribute("open") is not None
    # the back button closes the list, then takes the filters back
    page.go_back()
    settle(page)
    assert not page.locator("#leads").is_visible()
    assert "Website and Company size" in page.text_content("#segment-status")
    page.go_back()
    settle(page)
    assert page.text_content("#segment-status").startswith("Source: Website, ")
    page.go_back()
    settle(page)
    assert page.text_content("#segment-status").startswith("All 1,000 leads")
    # what this build does not have is said, and all leads are shown
    show(page, "show=source&show=Fax")
    assert page.text_content("#segment-status") == (
        "All 1,000 leads. This build has no Fax among them"
    )
    for nonsense in ("nonsense", "created&list=x", "moved&list=x", "held", "fate"):
        show(page, "show=source&show=Website")
        assert page.text_content("#segment-status").startswith("Source: Website, ")
        show(page, f"list={nonsense}")
        assert not page.locator("dialog[open]").count()
        assert page.text_content("#segment-status").startswith(
            "All 1,000 leads. This build has no list of the kind"
        )
    # and not for longer than that address is open
    show(page, "list=all")
    assert page.text_content("#segment-status") == "All 1,000 leads"
    # a lead that the page does not hold is looked for among all
    show(page, "lead=nobody")
    assert page.inner_text("#leads-list tbody") == "No lead matches the search."
    show(page)


def test_the_listed_leads_are_downloaded_as_a_csv(
    sample_shown: Page, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    saved = tmp_path / "leads.csv"
    page = sample_shown
    # what has no day comes last, whichever way is up
    for way in ("desc", "asc"):
        show(page, f"list=standing&list=SQL&sort=7&sort={way}")
        (days,) = zip(*columns_of(page, "#leads-list", 7), strict=True)
        assert days[0] != DASH
    show(page, "list=standing&list=SQL&sort=0&sort=asc")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(saved)
    heading = page.text_content("#leads-heading")
    show(page)
    with saved.open(encoding="utf-8-sig", newline="") as file:
        header, *found = csv.reader(file)
    assert header[:3] == ["Lead", "Owner", "Stage"]
    assert heading.startswith(f"{len(found)} leads")
    ids = [row[0] for row in found]
    assert ids == sorted(ids, key=str.lower)
    assert {row[2] for row in found} == {"SQL"}
    assert header[-2:] == ["Due", "Late"]
    late = rows(
        marts, "select lead_id from leads where effective_stage = 'SQL' and is_late"
    )
    assert {row[0] for row in found if row[-1] == "late"} == {
        row["lead_id"] for row in late
    }


@pytest.mark.parametrize("height", [450, 900])
def test_what_has_the_focus_is_not_under_the_picker(
    sample_shown: Page, height: int
) -> None:
    covered = """() => {
      const { top, bottom } = document.querySelector(".picker").getBoundingClientRect();
      const focused = document.activeElement;
      const box = focused.getBoundingClientRect();
      const isOther = !focused.closest(".picker");
      return isOther && box.top < bottom && box.bottom > top && focused.textContent;
    }"""
    page = sample_shown
    resize(page, 720, height=height)
    sticks = "getComputedStyle(document.querySelector('.picker')).position"
    assert page.evaluate(sticks) == ("sticky" if height > 600 else "static")
    page.locator("#stages-heading").scroll_into_view_if_needed()
    page.locator("summary").last.focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(covered)
    resize(page, 1440)


def test_the_keyboard_can_skip_to_the_content(sample_shown: Page) -> None:
    page = sample_shown
    address = page.url
    first = "document.querySelector('a[href], button, input, select, summary').id"
    assert page.evaluate(first) == "skip"
    skip = page.locator("#skip")
    assert skip.bounding_box()["height"] <= 1
    skip.focus()
    assert skip.bounding_box()["height"] > 20
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    # what the page shows stays in its address
    assert page.url == address


def test_the_picker_works_by_keyboard(sample_shown: Page) -> None:
    page = sample_shown
    pick(page, "all", "All leads")
    page.locator("#first").focus()
    before = page.text_content("#segment-status")
    page.keyboard.press("ArrowDown")
    settle(page)
    assert page.text_content("#segment-status") != before
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "second"


def test_the_page_fits_and_has_no_grave_fault(
    browser: Browser, sample_page: Path
) -> None:
    """Contrasts in daylight and the dark; where least fits, whoever is picked."""
    with opened(browser, sample_page) as page:
        assert is_bright(page)
        unfold(page)
        check_fit(page)
        check_lists(page, 1440)
        resize(page, 768)
        assert misplaced(page) == []
        resize(page, 390)
        assert misplaced(page) == []
        # room for an id
        assert page.locator("#find-text").bounding_box()["width"] > 120
        for owner in texts(page, "#first optgroup[label^='By sales owner'] option"):
            pick(page, "sales_owner", owner)
            assert misplaced(page) == [], owner
        resize(page, 390, "dark")
        assert not is_bright(page)
        check_fit(page)
        check_lists(page, 390)


def is_bright(page: Page) -> bool:
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", background)) / 3 > 128


def check_fit(page: Page, within: str | None = None) -> None:
    assert misplaced(page) == []
    assert grave_faults(page, within) == []


def check_lists(page: Page, width: int) -> None:
    """The same of a list of leads, and of a lead."""
    for dialog, opener in (("#leads", "#figures"), ("#lead", "#leads-list")):
        page.locator(f"{opener} .open").first.click()
        check_fit(page, dialog)
        box = page.locator(dialog).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        if dialog == "#leads":
            # a row is a card where columns have no room
            label = page.evaluate(
                "getComputedStyle(document.querySelector('#leads-list td'),"
                " '::before').content"
            )
            assert label == ('"Lead"' if width == 390 else "none")
            table = page.locator("#leads-list table").bounding_box()
            assert table["width"] <= width
    for _ in range(2):
        page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def what_if(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A candidate for the sample, in a copy of its database, and its page."""
    project = sample.copy_to(tmp_path_factory.mktemp("what_if") / "copy")
    done = project.script("what_if", "--out", project.scratch, "sql_min_intent=60")
    assert done.returncode == 0, done.stderr
    return project


def test_the_what_if_page_shows_the_moves_and_finds_a_lead(
    browser: Browser, what_if: Project
) -> None:
    moved = what_if.rows("select lead_id from what_if.what_if_moves order by lead_id")
    matrix = what_if.rows(
        "select lead_count from what_if.what_if_matrix where decision = 'stage'"
        " and outcome_before = 'MQL' and outcome_after = 'SQL'"
    )
    last = moved[-1][0]
    with opened(browser, what_if.scratch / "what_if.html") as page:
        assert texts(page, "#figures .value")[0] == count(len(moved))
        by_stage = {row[0]: row[1:] for row in grid(page, "#stage-table")}
        assert count(matrix[0][0]) in by_stage["MQL"]
        shown = page.locator("#moves tbody tr:visible")
        assert shown.count() == len(moved)
        page.fill("#search", last.lower())
        assert texts(page, "#moves tbody tr:visible th") == [last]
        assert page.inner_text("#search-status") == "1 lead found"
        check_fit(page)
        resize(page, 768)
        assert misplaced(page) == []
        resize(page, 390)
        check_fit(page)
        # where a row is a card, a cell says which column it is of
        cells = page.locator("#work-table tbody tr").first.locator("td")
        labels = [cell.get_attribute("data-label") for cell in cells.all()]
        assert labels == page.locator("#work-table thead th").all_text_contents()[1:]
        assert on_paper(page, "stage") == ("#ffffff", 940)
        assert on_paper(page, "health") == ("#ffffff", 450)


def test_the_page_says_what_the_past_is_not_known_of(
    browser: Browser, sample: Project, tmp_path: Path
) -> None:
    project = sample.copy_to(tmp_path)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            "update landmark_decisions set intent_score = null, days_since_engaged ="
            " if(nth = 1, days_since_engaged, null)"
        )
    unscored, unengaged = project.rows(
        "select count(*), count(*) filter (days_since_engaged is null)"
        " from landmark_decisions"
    )[0]
    assert unengaged < unscored
    with opened(browser, drawn(project.database, tmp_path)) as page:
        assert (
            f" On {count(unscored)} of them no score is known, and on "
            f"{count(unengaged)} no engagement: what the CRM said then, only builds of "
            "that time have seen, and activities would tell."
        ) in page.inner_text("#backtest-note")


def test_without_dates_the_page_says_what_cannot_be_known(
    browser: Browser, sample: Project, tmp_path: Path
) -> None:
    undated_page = built_from(sample, tmp_path, *undated_leads())
    with opened(browser, undated_page, 390) as page:
        check_fit(page)
        assert "is not known" in page.text_content("#happened")
        # counts that open nothing stand in their line
        assert page.inner_text("#due") == "Work: 0 late, 0 due within a week."
        for part in ("cohorts", "backtest"):
            assert "created_at" in page.text_content(f"#{part}-note")
        for part in ("times", "opportunities"):
            assert "STAGE_CHANGES" in page.text_content(f"#{part}-note")
        assert not page.is_visible("#times")
        assert not page.is_visible("#cohorts-legend")
        # the rest is shown
        assert texts(page, "#figures .value")[0] == "40"
        assert len(grid(page, "#funnel-table")) == 4
        check_lists(page, 390)
        page.locator("#figures .open").first.click()
        assert page.locator("#leads-list tbody tr").count() == 25


def test_an_empty_project_explains_itself(
    browser: Browser, sample: Project, tmp_path: Path
) -> None:
    with opened(browser, built_from(sample, tmp_path), 390) as page:
        check_fit(page)
        assert "There are no leads" in page.inner_text("#notices")
        assert "leads_path" in page.inner_text("#notices")
        assert not page.is_visible("#filled")
        thresholds = (ROOT / "seeds/thresholds.csv").read_text("utf-8").splitlines()
        assert len(grid(page, "#thresholds")) == len(thresholds) - 1
        assert page.is_visible("#overrides")


def test_the_page_prints_whole_and_light(
    browser: Browser,
    sample_page: Path,
    marts: duckdb.DuckDBPyConnection,
    tmp_path: Path,
) -> None:
    pdf = tmp_path / "page.pdf"
    with opened(browser, sample_page, scheme="dark") as page:
        page.evaluate(
            "addEventListener('beforeprint', () => { window.printed = ["
            " getComputedStyle(document.documentElement).getPropertyValue('--card'),"
            " document.querySelector('#funnel .main-svg').clientWidth]; })"
        )
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        settle(page)
        assert page.evaluate("window.printed") == ["#ffffff", 940]
        assert page.evaluate("document.documentElement.className") == "dark"
        assert page.locator("main details[open]").count() == 0
        assert "#" not in page.url
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1032, "height": 700})
        settle(page)
        assert misplaced(page) == []
        for control in ("#find", "summary"):
            assert not page.locator(control).first.is_visible()
    sheets = PdfReader(pdf).pages
    assert 2 <= len(sheets) <= 12
    width, height = sheets[0].mediabox.width, sheets[0].mediabox.height
    assert width > height
    printed = " ".join(sheet.extract_text() for sheet in sheets)
    for row in rows(marts, "select * from conversion_funnel where segment_type='all'"):
        assert count(row["ever_count"]) in printed
        if row["conversion_rate"] is not None:
            assert percent(row["conversion_rate"]) in printed
    for row in rows(marts, "from held_back_leads"):
        assert row["meaning"] in printed
    # also what is folded away on a screen
    for folded in ("Kept by sales", "May 2025", "SQL min intent", "Has bought"):
        assert folded in printed


def test_nothing_on_a_slide_is_cut_off(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "slides.html"
    with duckdb.connect(str(built), read_only=True) as connection:
        parts = read_parts(connection, "slides/presentation.sql")
    path.write_text(build_presentation.render_html(parts), encoding="utf-8")
    with opened(browser, path, 1280) as page:
        slides = page.locator(".slide").all()
        assert len(slides) == 14
        for number, slide in enumerate(slides, 1):
            assert slide.evaluate(CUT_OFF) == [], f"slide {number}"
