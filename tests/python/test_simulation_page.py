"""How a simulation is shown: in the terminal, on the page and in the CSVs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import stdev

import duckdb
import pytest
from playwright.sync_api import Browser, Page

import simulate_lead_flow
from browser import (
    grave_faults,
    grid,
    misplaced,
    opened,
    pages_of,
    resize,
    settle,
    texts,
)
from conftest import Project, data_of
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import Parts, read_parts
from smartcrm.simulation.report import describe, render_text

SIZE = ("--arrivals", "200", "--days", "30", "--worlds", "2", "--seed", "7")
CSVS = ("policies", "worlds", "teams", "lists", "stages", "flows", "capacity")
TEAMS = ("SDRs / AEs", "Marketing Ops", "Marketing")
FIRST = date(2026, 3, 2)  # a Monday
DAYS = 14
# what simulation.sql reads of what a simulation keeps
TABLES = """
create table people (world int, lead_number int);
create table arms (
    arm int, policy varchar, people double, sql_min_intent int, is_compared boolean
);
create table hands (arm int, team varchar, hands double);
create table universes (universe int, arm int, world int);
create table standing (
    universe int, lead_number int, created_on date, first_touched_at timestamp,
    touch_count int, untimely_count int, fate varchar, is_silent boolean
);
create table moves (universe int, day date, from_stage varchar, stage varchar);
create table days (day date);
create table list_days (universe int, day date, team varchar, listed bigint);
create schema crm;
create table crm.as_of (as_of_date date);
"""


class Hand:
    """A simulation made by hand: who won how many customers in each world."""

    def __init__(self, built: Path) -> None:
        self.database = duckdb.connect()
        self.database.execute(f"attach '{built}' as built (read_only)")
        self.database.execute(TABLES)
        self.database.execute("set variable seed = '5'")
        self.count = 0

    def add(
        self,
        policy: str,
        *customers: int,
        people: float = 2,
        sql_min_intent: int | None = None,
        is_compared: bool = True,
    ) -> None:
        """An arm that wins so many customers in each world, of a hundred leads."""
        arm = self.count = self.count + 1
        add = self.database.execute
        add(
            "insert into arms values (?, ?, ?, ?, ?)",
            [arm, policy, people, sql_min_intent, is_compared],
        )
        for team, hands in zip(TEAMS, (people, 1, 0), strict=True):
            add("insert into hands values (?, ?, ?)", [arm, team, hands])
        for world, won in enumerate(customers, 1):
            universe = 100 * arm + world
            add("insert into universes values (?, ?, ?)", [universe, arm, world])
            add(
                "insert into standing select $universe, lead, $first, $first + 1,"
                " if(lead < 40, 3, 0), 0, if(lead < $won, 'won', null), false"
                " from range(100) leads(lead)",
                {"universe": universe, "won": won, "first": FIRST},
            )
            add(
                "insert into moves select $universe, $first, null, 'Lead'"
                " from range(100) union all"
                " select $universe, $first + 3, 'Lead', 'Customer' from range($won)",
                {"universe": universe, "won": won, "first": FIRST},
            )

    def parts(self, **settings: int) -> Parts:
        """What is shown of it."""
        worlds = "insert into people select distinct world, lead_number from"
        self.database.execute(f"{worlds} standing join universes using (universe)")
        self.database.execute(
            "insert into crm.as_of values (?)", [FIRST + timedelta(DAYS - 1)]
        )
        self.database.execute(
            "insert into days select ? + day::int from range(?) days(day)",
            [FIRST, DAYS],
        )
        return describe(read_parts(self.database, "pages/simulation.sql"), settings)


@pytest.fixture
def by_hand(built: Path) -> Iterator[Hand]:
    made = Hand(built)
    yield made
    made.database.close()


def sentences(page: Parts) -> list[str]:
    return [row["sentence"] for row in page["sentences"]]


def test_the_terminal_says_what_is_beyond_noise(by_hand: Hand) -> None:
    by_hand.add("in_force", 20, 22, 24, sql_min_intent=70)
    by_hand.add("candidate", 17, 20, 21)
    by_hand.add("crm", 12, 12, 13)
    by_hand.add("newest", 21, 21, 26)
    by_hand.add("random", 9, 8, 10)
    by_hand.add("oracle", 40, 44, 48)
    by_hand.add("in_force", 23, 25, 26, people=3, sql_min_intent=70, is_compared=False)
    assert sentences(by_hand.parts(sql_min_intent=60)) == [
        # 22 +- 4.3027 * 2 / sqrt(3)
        "In 14 days the rules in force win 22 customers (17 to 27) of 100 leads, with "
        "2 people at SDRs / AEs and 1 person at Marketing Ops",
        # -3, -2, -3
        "With sql_min_intent=60 they win 2.7 fewer customers (1.2 to 4.1), which is "
        "beyond noise",
        "A policy that knew the truth about each lead would win 44 with as many hands; "
        "the rules in force reach 50% (50% to 50%) of that",
        # 1, -1, 2
        "Of the ways to choose whom to call without these rules, newest first does "
        "best, with 0.7 more customers (3.1 fewer to 4.5 more), which is within noise",
        # 3, 3, 2
        "From 2 to 3 people at SDRs / AEs: 2.7 more customers (1.2 to 4.1), which is "
        "beyond noise",
    ]


def test_a_sweep_says_best_only_beyond_noise(by_hand: Hand) -> None:
    by_hand.add("in_force", 20, 22, 24, sql_min_intent=70)
    by_hand.add("crm", 12, 12, 13)
    by_hand.add("oracle", 40, 44, 48)
    for people, intent, customers in (
        (2, 60, (24, 27, 28)),
        (2, 80, (19, 22, 24)),
        (4, 70, (24, 26, 28)),
        (4, 60, (23, 30, 27)),
        (6, 70, (30, 30, 30)),
        (6, 60, (30, 30, 30)),
    ):
        arm = {"people": people, "sql_min_intent": intent, "is_compared": False}
        by_hand.add("in_force", *customers, **arm)
    page = by_hand.parts()
    assert sentences(page)[-4:] == [
        "From 2 to 4 people at SDRs / AEs, per further person: 2 more customers in "
        "each world, of which there are too few to tell",
        "With 2 people at SDRs / AEs, sql_min_intent=60 wins most; against today's 70: "
        "4.3 more customers (2.9 to 5.8), which is beyond noise",
        "With 4 people at SDRs / AEs, sql_min_intent=60 wins most; against today's 70: "
        "0.7 more customers (6.5 fewer to 7.8 more), which is within noise",
        "With 6 people at SDRs / AEs, no other threshold wins more than today's 70",
    ]
    notes = [row["note"] for row in page["notes"]]
    assert any("SEED=6" in note for note in notes)
    assert any("Of the build's 1,000 leads 908 have such a score" in n for n in notes)
    best = {
        row["people"]: row["sql_min_intent"]
        for row in page["capacity"]
        if row["is_best"]
    }
    assert best == {2: 60, 4: 60, 6: 70}
    (today,) = (row for row in page["capacity"] if row["is_today"])
    assert (today["people"], today["sql_min_intent"]) == (2, 70)
    assert "sql_min_intent" in render_text(page)


@pytest.mark.parametrize(("worlds", "is_told"), [(2, False), (5, False), (6, True)])
def test_a_few_worlds_that_agree_are_not_beyond_noise(
    by_hand: Hand, worlds: int, is_told: bool
) -> None:
    """Without a spread the interval is a point: two worlds agree half of the time."""
    by_hand.add("in_force", *[20] * worlds, sql_min_intent=70)
    by_hand.add("candidate", *[21] * worlds)
    by_hand.add("crm", *[20] * worlds)
    by_hand.add("oracle", *[40] * worlds)
    page = by_hand.parts()
    (candidate,) = (row for row in page["policies"] if row["policy"] == "candidate")
    assert candidate["is_beyond_noise"] is is_told
    assert sentences(page)[1] == "The edited rules win 1 more customer" + (
        " (1 to 1), which is beyond noise"
        if is_told
        else " in each world, of which there are too few to tell"
    )


def test_one_world_has_no_interval_and_says_so(by_hand: Hand) -> None:
    by_hand.add("in_force", 20, sql_min_intent=70)
    by_hand.add("candidate", 22)
    by_hand.add("crm", 20)
    by_hand.add("oracle", 0)
    page = by_hand.parts()
    assert sentences(page) == [
        "In 14 days the rules in force win 20 customers of 100 leads, with 2 people at "
        "SDRs / AEs and 1 person at Marketing Ops",
        "The edited rules win 2 more customers",
        "Of the ways to choose whom to call without these rules, the CRM's own stage "
        "does best, with as many customers",
        "One world can't say how much of this is chance; run it with WORLDS=8",
    ]
    assert "noise" not in render_text(page).split("All leads are synthetic")[0]


@pytest.mark.parametrize(
    ("worlds", "quantile"), [(2, 12.7062), (3, 4.3027), (4, 3.1824), (6, 2.5706)]
)
def test_intervals_are_those_of_students_t(
    by_hand: Hand, worlds: int, quantile: float
) -> None:
    """By the tables of its quantiles for a degree of freedom less than worlds."""
    values = [10, 50, 90, 10, 50, 90][:worlds]
    by_hand.add("in_force", *values, sql_min_intent=70)
    by_hand.add("crm", *values)
    by_hand.add("oracle", *values)
    row = by_hand.parts()["policies"][0]
    margin = quantile * stdev(values) / worlds**0.5
    assert row["customers_high"] - row["customers"] == pytest.approx(margin, rel=1e-3)


def test_a_share_is_that_of_the_customers_beside_it(by_hand: Hand) -> None:
    won, most = [20, 0, 10], [20, 10, 30]
    by_hand.add("in_force", *won, sql_min_intent=70)
    by_hand.add("crm", *won)
    by_hand.add("oracle", *most)
    row = next(r for r in by_hand.parts()["policies"] if r["policy"] == "in_force")
    assert (row["customers"], row["share_of_oracle"]) == (10, 0.5)
    # 40 leads of each world have 3 touches, also of the one in which nobody buys
    assert row["touches_per_customer"] == 12
    unlike = [x - 0.5 * y for x, y in zip(won, most, strict=True)]
    margin = 4.3027 * stdev(unlike) / 3**0.5 / 20
    assert row["share_of_oracle_high"] == pytest.approx(0.5 + margin, abs=1e-4)


def test_a_further_person_may_change_nothing_in_any_world(by_hand: Hand) -> None:
    by_hand.add("in_force", 20, 22, sql_min_intent=70)
    by_hand.add("crm", 12, 12)
    by_hand.add("oracle", 40, 44)
    by_hand.add("in_force", 20, 22, people=3, sql_min_intent=70, is_compared=False)
    assert sentences(by_hand.parts())[-1] == (
        "From 2 to 3 people at SDRs / AEs: as many customers in each world"
    )


def test_a_list_that_is_empty_counts_as_empty(by_hand: Hand) -> None:
    by_hand.add("in_force", 1, 1, sql_min_intent=70)
    by_hand.add("crm", 1, 1)
    by_hand.add("oracle", 1, 1)
    # of the nights before working days: Monday to Friday but the first, and Monday's
    nights = [FIRST + timedelta(days) for days in (0, 1, 2, 3, 6, 7, 8, 9, 10)]
    by_hand.database.execute(
        "insert into list_days values (101, ?, 'SDRs / AEs', 36)", [nights[0]]
    )
    page = by_hand.parts()
    (team,) = (
        row
        for row in page["teams"]
        if (row["policy"], row["team"]) == ("in_force", "SDRs / AEs")
    )
    assert team["mean_listed"] == 36 / 2 / len(nights)
    assert team["most_listed"] == 36
    weeks = {
        row["week_from"]: row["mean_listed"]
        for row in page["lists"]
        if (row["policy"], row["team"]) == ("in_force", "SDRs / AEs")
    }
    assert weeks == {FIRST: 36 / 2 / 4, FIRST + timedelta(7): 0}


def test_what_stands_at_a_stage_is_what_moved_there(by_hand: Hand) -> None:
    by_hand.add("in_force", 20, 30, sql_min_intent=70)
    by_hand.add("crm", 1, 1)
    by_hand.add("oracle", 1, 1)
    page = by_hand.parts()
    stood = {
        (row["day"], row["stage"]): row["leads"]
        for row in page["stages"]
        if row["policy"] == "in_force"
    }
    assert len(stood) == DAYS * 5
    assert stood[FIRST, "Lead"] == 100
    assert stood[FIRST + timedelta(2), "Customer"] == 0
    for days in range(3, DAYS):
        assert stood[FIRST + timedelta(days), "Customer"] == 25
        assert stood[FIRST + timedelta(days), "Lead"] == 75
    flows = [
        (row["week_from"], row["from_stage"], row["stage"], row["leads"])
        for row in page["flows"]
        if row["policy"] == "in_force"
    ]
    assert flows == [(FIRST, None, "Lead", 100), (FIRST, "Lead", "Customer", 25)]


@pytest.fixture(scope="module")
def swept_page(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a candidate and a sweep, of a simulation made by hand."""
    made = Hand(built)
    made.add("in_force", 20, 22, 24, sql_min_intent=70)
    made.add("candidate", 17, 20, 21)
    for policy in ("crm", "asked", "newest", "intent", "random"):
        made.add(policy, 12, 12, 13)
    made.add("oracle", 40, 44, 48)
    for people in (1, 2, 4, 8):
        for intent in (50, 60, 70, 80, 90):
            if (people, intent) != (2, 70):
                won = [18 + people + (90 - intent) // 10 + add for add in (0, 3, 4)]
                arm = {"people": people, "sql_min_intent": intent}
                made.add("in_force", *won, **arm, is_compared=False)
    path = tmp_path_factory.mktemp("swept") / "simulation.html"
    path.write_text(render_page("simulation", made.parts(sql_min_intent=60)), "utf-8")
    made.database.close()
    return path


@pytest.fixture(scope="module")
def run(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small simulation: the folder it was written to, and what it said."""
    folder = tmp_path_factory.mktemp("simulated")
    done = sample.script("simulate_lead_flow", *SIZE, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def read_csv(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"simulation_{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(value: object) -> str:
    """The way a CSV has a value."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_csvs_page_and_terminal_say_the_same(run: tuple[Path, str]) -> None:
    folder, said = run
    names = {f"simulation_{name}.csv" for name in CSVS}
    assert {path.name for path in folder.iterdir()} == {*names, "simulation.html"}
    assert said.splitlines()[-8:] == [
        *(str(folder / "simulation.html"),),
        *(str(folder / f"simulation_{name}.csv") for name in CSVS),
    ]
    page = data_of((folder / "simulation.html").read_text("utf-8"))
    for name in CSVS:
        rows = read_csv(folder, name)
        shown = [
            {column: written(value) for column, value in row.items()}
            for row in page[name]
        ]
        assert len(rows) == len(shown) > 0
        assert sorted(map(str, rows)) == sorted(map(str, shown))
    assert said.startswith(f"{sentences(page)[0]}\n  {sentences(page)[1]}\n")
    assert "30 days" in sentences(page)[0]
    assert "seed 7" in said

    worlds = [row for row in read_csv(folder, "worlds") if row["is_compared"] == "true"]
    for row in read_csv(folder, "policies"):
        own = [
            int(each["customers"]) for each in worlds if each["policy"] == row["policy"]
        ]
        assert float(row["customers"]) == pytest.approx(sum(own) / 2)


def test_a_stage_holds_what_came_and_did_not_go(run: tuple[Path, str]) -> None:
    folder, _ = run
    last = max(row["day"] for row in read_csv(folder, "stages"))
    customers = {
        row["policy"]: float(row["leads"])
        for row in read_csv(folder, "stages")
        if (row["day"], row["stage"]) == (last, "Customer")
    }
    assert customers == {
        row["policy"]: float(row["customers"]) for row in read_csv(folder, "policies")
    }
    everybody: dict[str, float] = {}
    for row in read_csv(folder, "stages"):
        if row["day"] == last:
            everybody[row["policy"]] = everybody.get(row["policy"], 0) + float(
                row["leads"]
            )
    assert set(everybody.values()) == {200}


def set_day(page: Page, nth: int) -> None:
    page.locator("#day").fill(str(nth))
    settle(page)


def test_the_page_shows_what_the_csvs_have(
    browser: Browser, run: tuple[Path, str]
) -> None:
    folder, said = run
    path = folder / "simulation.html"
    parts = data_of(path.read_text("utf-8"))
    with opened(browser, path) as page:
        assert texts(page, "#sentences p") == sentences(parts)
        for sentence in texts(page, "#sentences p"):
            assert sentence in said
        policies = read_csv(folder, "policies")
        shown = grid(page, "#policies-table")
        assert len(shown) == len(policies) > 5
        for cells, row in zip(shown, policies, strict=True):
            assert cells[1].startswith(f"{float(row['customers']):.1f}".rstrip(".0"))
        marks = page.eval_on_selector(
            "#policies", "chart => chart.data.map((trace) => trace.x[0])"
        )
        assert marks == [float(row["customers"]) for row in policies]
        for width, scheme in ((1440, "light"), (768, "dark"), (390, "light")):
            resize(page, width, scheme)
            assert misplaced(page) == []
            assert grave_faults(page) == []


def test_the_day_moves_by_keyboard_for_each_policy(
    browser: Browser, run: tuple[Path, str]
) -> None:
    folder, _ = run
    stages = read_csv(folder, "stages")
    days = sorted({row["day"] for row in stages})

    def stood(policy: str, day: str) -> list[str]:
        leads = {
            row["stage"]: float(row["leads"])
            for row in stages
            if (row["policy"], row["day"]) == (policy, day)
        }
        order = ("Lead", "MQL", "SQL", "Customer", "Disqualified")
        return [f"{leads[stage]:.1f}".removesuffix(".0") for stage in order]

    with opened(browser, folder / "simulation.html") as page:
        assert page.get_attribute("#day", "aria-valuetext") == "31 October 2026"
        assert texts(page, "#standing-figures dd") == stood("in_force", days[-1])
        page.focus("#day")
        page.keyboard.press("ArrowLeft")
        settle(page)
        assert page.inner_text("#day-shown") == "30 October 2026"
        assert texts(page, "#standing-figures dd") == stood("in_force", days[-2])
        set_day(page, 20)
        page.select_option("#policy", "random")
        settle(page)
        assert texts(page, "#standing-figures dd") == stood("random", days[20])
        lines = "chart => chart.layout.shapes[0].x0"
        assert page.eval_on_selector("#standing", lines) == days[20]
        assert page.eval_on_selector("#lists", lines) == days[20]

        week = max(
            row["week_from"]
            for row in read_csv(folder, "flows")
            if row["policy"] == "random" and row["week_from"] <= days[20]
        )
        moved = [
            float(row["leads"])
            for row in read_csv(folder, "flows")
            if (row["policy"], row["week_from"]) == ("random", week)
        ]
        assert page.eval_on_selector(
            "#moves", "chart => chart.data[0].link.value"
        ) == pytest.approx(moved)
        set_day(page, 0)
        assert misplaced(page) == []


def test_a_sweep_is_drawn_with_its_frontier(browser: Browser, swept_page: Path) -> None:
    with opened(browser, swept_page) as page:
        frontier, *curves, ring = page.eval_on_selector(
            "#capacity", "chart => chart.data.map(({ x, y }) => [x, y])"
        )
        assert frontier[0] == [1, 2, 4, 8]
        assert len(curves) == 5
        best = [max(curve[1][i] for curve in curves) for i in range(4)]
        assert frontier[1] == best
        assert ring == [[2], [22]]
        assert len(texts(page, "#capacity-legend li")) == 5
        page.click("#capacity ~ details summary")
        marked = [
            cells[0] for cells in grid(page, "#capacity-table") if "t" in cells[0]
        ]
        assert marked == ["1 most", "2 most", "2 today", "4 most", "8 most"]
        assert misplaced(page) == []
        resize(page, 390)
        assert misplaced(page) == []
        assert grave_faults(page) == []


def test_it_prints_by_day(browser: Browser, swept_page: Path, tmp_path: Path) -> None:
    with opened(browser, swept_page, scheme="dark") as page:
        set_day(page, 2)
        pdf = tmp_path / "simulation.pdf"
        page.pdf(path=str(pdf), prefer_css_page_size=True)
    printed = "".join(pages_of(pdf))
    assert "4March2026" in printed
    assert "Policiescompared" in printed


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), RuntimeError("Query interrupted")]
)
def test_interrupted_it_leaves_what_was_there(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
) -> None:
    """Between two queries, and in the middle of one, as DuckDB says it."""
    monkeypatch.setenv("SMARTCRM_DB", str(built))
    monkeypatch.setattr(simulate_lead_flow, "build_candidate", lambda _: None)
    monkeypatch.setattr(simulate_lead_flow, "compared", lambda *_: [])
    monkeypatch.setattr(simulate_lead_flow, "curve", lambda *_, **__: [])
    earlier = tmp_path / "simulation_policies.csv"
    earlier.write_text("earlier\n", encoding="utf-8")

    def interrupted(*_: object) -> None:
        assert len(list(tmp_path.iterdir())) > 1
        raise error

    monkeypatch.setattr(simulate_lead_flow, "simulate", interrupted)
    assert simulate_lead_flow.main(["--out", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "interrupted\n"
    assert [path.name for path in tmp_path.iterdir()] == [earlier.name]
    assert earlier.read_text(encoding="utf-8") == "earlier\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--arrivals", "0"], "ARRIVALS: give a whole number from 50 to 100,000"),
        (["--arrivals", "many"], "ARRIVALS: give a whole number from 50 to 100,000"),
        (["--days", "1"], "DAYS: give a whole number from 30 to 1,100, not '1'"),
        (["--worlds", "0"], "WORLDS: give a whole number from 1 to 200, not '0'"),
        (["--worlds", ""], "WORLDS: give a whole number from 1 to 200, not ''"),
        (["--seed", "-1"], "SEED: give a whole number from 0 to 999,999,999"),
        (["--sweep", "perhaps"], "SWEEP takes yes or no, not 'perhaps'"),
        (["--hands", "Sales=2"], "HANDS: there is no team 'Sales'; choose from SDRs"),
        (["--hands", "Marketing=some"], "HANDS: Marketing=some: give a number of"),
        (["--hands", "Marketing=2,Marketing=3"], "HANDS: Marketing=3: Marketing has"),
        (["--hands", "Marketing=0"], "HANDS: with nobody to work no lead is touched"),
        (["--hands", ""], "HANDS: with nobody to work no lead is touched"),
        (["sql_min=60"], "sql_min=60: there is no threshold 'sql_min'; choose"),
        (["sql_min_intent=600"], "sql_min_intent=600: give sql_min_intent a whole"),
        ([""], "SET is empty"),
    ],
)
def test_bad_input_is_told_in_a_line(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(built))
    assert simulate_lead_flow.main([*words, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_can_not_be_written_is_told_before_days_run(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(built))
    monkeypatch.setattr(simulate_lead_flow, "build_candidate", lambda _: None)
    monkeypatch.setattr(simulate_lead_flow, "compared", lambda *_: [])
    monkeypatch.setattr(simulate_lead_flow, "curve", lambda *_, **__: [])
    monkeypatch.setattr(simulate_lead_flow, "simulate", pytest.fail)
    (tmp_path / "file").touch()
    assert simulate_lead_flow.main(["--out", str(tmp_path / "file")]) == 2
    told = capsys.readouterr().err
    assert "can't be written" in told
    assert told.count("\n") == 1
