"""Whatever text an input holds, what comes out of it is text and does nothing."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page

import build_presentation
import doctor
import hostile
from browser import grave_faults, grid, misplaced, opened, pick, resize, settle, texts
from conftest import ROOT, Project, data_of
from fork_server import Ran
from hostile import CORPUS, INJECTED, READ, TEXTS, UNREAD, lead_of
from smartcrm.pages.page import render_page
from smartcrm.pages.rendering import Parts, fenced, read_parts, render
from smartcrm.prompts.answers import clean
from smartcrm.rules import tuning
from smartcrm.terminal import plain
from smartcrm.worklists import read_teams
from summarize_build import FILTERS
from test_simulation_page import Hand
from test_worklists import NAMED, check_workbook

csv.field_size_limit(10**9)  # of a file that is separated otherwise than it was written
# what a spreadsheet takes for a formula, of half width and of full width
SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# what is in a page that a text could have put there, and what turns the words around it
ALIEN = f"""() => {{
  const turns = /[{TURNS}]/;
  const found = [];
  for (const node of document.querySelectorAll("*")) {{
    for (const {{ name, value }} of node.attributes) {{
      if (name.startsWith("on")) found.push(`${{node.tagName}} ${{name}}`);
      if (["href", "src", "action"].includes(name) &&
          !/^(https:[/][/]crm[.]example[/]|#|data:,$|blob:)/.test(value))
        found.push(`${{node.tagName}} ${{name}} ${{value}}`);
      if (name === "style" && /url|expression/.test(value)) found.push(value);
      if (name === "aria-label" && turns.test(value)) found.push(value);
    }}
  }}
  const alien = "img, iframe, object, embed, base, [action]";
  found.push(...document.querySelectorAll(alien));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const {{ data, parentElement }} = walker.currentNode;
    // a chart writes its own around a name, and in it there is none
    const inner = data.replace(/\\u2068([^{TURNS}]*)\\u2069/g, "$1");
    if (!parentElement.closest("script") && turns.test(inner)) found.push(data);
  }}
  return found.map(String);
}}"""
# whose words stand in a sentence without a mark around them
UNMARKED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!parentElement.closest("bdi, script, style, option, svg")) found.push(data);
  }
  return found.join("\\n");
}"""


class Built:
    """The build of the hostile inputs, what it printed, and what is written from it."""

    def __init__(self, project: Project, printed: Ran) -> None:
        self.project = project
        self.out = project.database.with_suffix("")
        self.printed = {"build": printed}

    def run(self, name: str, *words: str) -> None:
        self.printed[name] = self.project.script(name, *words)

    def csvs(self) -> dict[str, str]:
        """Text of each CSV file by its name."""
        return {
            path.name: path.read_text(encoding="utf-8-sig")
            for path in self.out.rglob("*.csv")
        }


@pytest.fixture(scope="module")
def built_so(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build of texts that attack in every field at once, and all its outputs."""
    made = Built(*hostile.build(sample, tmp_path_factory.mktemp("hostile") / "copy"))
    assert made.printed["build"].returncode == 0, made.printed["build"].stderr
    # what a model wrote, as it is kept
    with duckdb.connect(str(made.project.database)) as connection:
        for text in TEXTS:
            lead = lead_of(text, "written").strip()
            connection.execute(
                "insert into reactivation_emails by name select lead_id,"
                " effective_owner, $text as subject, $text as body, $text as model,"
                " $text as prompt_hash from leads where lead_id = $lead",
                {"text": clean(text), "lead": lead},
            )
            connection.execute(
                "insert into pain_point_summaries by name select lead_id,"
                " $text as pain_point_summary from leads where lead_id = $lead",
                {"text": clean(text), "lead": lead},
            )
    made.run("export_csvs", "--force")
    made.run("plot_conversion_funnel")
    made.run("what_if", "sql_min_intent=60")
    made.run("summarize_build")
    for name, printed in made.printed.items():
        assert printed.returncode == 0, (name, printed.stderr)
    return made


@pytest.fixture(scope="module")
def marts(built_so: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    database = str(built_so.project.database)
    with duckdb.connect(database, read_only=True) as connection:
        yield connection


def alone(values: list[tuple[str]]) -> list[str]:
    return [value for (value,) in values]


def test_no_text_is_run_and_none_is_lost(
    built_so: Built, marts: duckdb.DuckDBPyConnection
) -> None:
    tables = alone(marts.sql("select table_name from duckdb_tables()").fetchall())
    assert "injected" not in tables
    for folder in (built_so.project.folder, built_so.project.scratch, ROOT):
        assert not (folder / "run").exists()
    leads = alone(marts.sql("select lead_id from leads").fetchall())
    rejected = marts.sql("select count(*) from rejected_leads").fetchall()
    assert rejected == [(len(TEXTS),)]
    assert len({*leads}) == len(leads) == len([*hostile.leads()]) - len(TEXTS)
    # as it is, but for blanks at its ends
    kept = marts.sql("select sales_owner, full_name from stg_leads").fetchall()
    assert {*kept} == {
        *((text.strip(), f"{text} {READ}".strip()) for text in TEXTS),
        *((text.strip(), None) for text in (*CORPUS["unseen"], "Busy")),
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_of_a_csv_is_a_formula(built_so: Built, delimiter: str) -> None:
    """However a program separates it."""
    csvs = built_so.csvs()
    assert len(csvs) >= 14
    for name, text in csvs.items():
        # older Pythons read no NUL
        file = io.StringIO(text.replace("\0", ""), newline="")
        cells = [cell for row in csv.reader(file, delimiter=delimiter) for cell in row]
        assert [cell for cell in cells if cell.startswith(SIGNS)] == [], name


def test_a_csv_says_what_the_mart_does(
    built_so: Built, marts: duckdb.DuckDBPyConnection
) -> None:
    quoted = re.compile(rf"(^|[;\t\r\n])'(?={'|'.join(map(re.escape, SIGNS))})")
    for name, mart in (
        ("leads_with_stages", "leads_with_stages"),
        ("reactivation_emails", "reactivation_emails"),
        ("crm_updates_hubspot_backward", "crm_updates_hubspot where needs_clearing"),
        ("what_if_moves", "what_if.what_if_moves"),
    ):
        path = built_so.out / f"{name}.csv"
        text = path.read_text(encoding="utf-8").replace("\0", "")
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        ids = {quoted.sub(r"\1", row[0]) for row in rows}
        asked = f"select replace(lead_id, chr(0), '') from {mart}"
        assert ids == {*alone(marts.sql(asked).fetchall())}
        assert {len(row) for row in rows} <= {len(header)}


def test_the_workbook_holds_texts_and_links_to_the_crm(built_so: Built) -> None:
    path = built_so.out / "worklists.xlsx"
    check_workbook(built_so.project.database, path, NAMED)
    book = openpyxl.load_workbook(path)
    assert {"SDRs - AEs", "SDRs - AEs (2)", "Busy", "Unassigned"} & {*book.sheetnames}
    assert book["Busy"].max_row == 101
    parts = zipfile.ZipFile(path)
    assert not [name for name in parts.namelist() if "external" in name.lower()]
    links = b"".join(
        parts.read(name)
        for name in parts.namelist()
        if "sheet" in name and "rels" in name
    )
    targets = re.findall(rb'hyperlink" Target="([^"]*)"', links)
    assert targets
    assert all(each.startswith(b"https://crm.example/") for each in targets)


def test_only_columns_that_were_named_are_kept(
    built_so: Built, marts: duckdb.DuckDBPyConnection
) -> None:
    page = (built_so.out / "conversion_funnel.html").read_text(encoding="utf-8")
    book = zipfile.ZipFile(built_so.out / "worklists.xlsx")
    project = built_so.project
    kept = {path: path.read_bytes() for path in built_so.out.rglob("*.csv")}
    kept |= {name: book.read(name) for name in book.namelist()}
    kept |= {"page": str(data_of(page)).encode()}
    kept |= {
        path: path.read_bytes()
        for path in (project.database, *project.database.parent.glob(".*/*"))
    }
    columns = marts.sql(
        "select format('{}.\"{}\"', schema_name, table_name), list(column_name)"
        " from duckdb_columns()"
        " semi join duckdb_tables() using (schema_name, table_name)"
        " where data_type = 'VARCHAR' group by all"
    ).fetchall()

    def holding(mark: str) -> set[str]:
        found = {str(name) for name, text in kept.items() if mark.encode() in text}
        for table, names in columns:
            held = " or ".join(f"contains(\"{name}\", '{mark}')" for name in names)
            rows = marts.sql(f"select 1 from {table} where {held} limit 1").fetchall()
            found |= {table} if rows else set()
        return found

    assert holding(UNREAD) == set()
    # the one that was named is found in each of them
    found = holding(READ)
    assert {str(project.database), "xl/sharedStrings.xml", 'main."stg_leads"'} <= found
    assert "SDRs_AEs.csv" in {Path(name).name for name in found}


def test_what_dbt_writes_of_its_work_holds_no_row(built_so: Built) -> None:
    target = built_so.project.target
    written = [target / name for name in ("manifest.json", "run_results.json")]
    written += (path for path in (target / "compiled").rglob("*") if path.is_file())
    assert len(written) > 100
    for path in written:
        content = path.read_bytes()
        assert READ.encode() not in content
        assert UNREAD.encode() not in content


def test_a_prompt_quotes_what_nobody_can_leave(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    prompts = marts.sql(
        "select lead_id, prompt_name, prompt_text, template from lead_prompts"
        " inner join prompt_templates using (prompt_name)"
    ).fetchall()
    for _, name, text, template in prompts:
        for mark in ("<call_notes>", "</call_notes>", "<lead>", "</lead>"):
            assert text.count(mark) == template.count(mark)
        block = "call_notes" if name == "pain_summary" else "lead"
        opening, closing = f"\n<{block}>\n", f"\n</{block}>"
        before, _, rest = text.partition(opening)
        assert template.startswith(before)
        quoted = rest.removesuffix(closing)
        assert rest.endswith(closing)
        assert closing not in quoted
        if name == "pain_summary":
            assert re.sub('</?note( noted_on="[0-9-]+")?>', "", quoted).count("<") == 0
        else:
            assert "<" not in quoted
            # a line is a thing that is told of a lead, and a signature may have several
            assert quoted.count("Sign the mail as: ") == 1
        unseen = [c for c in quoted if not c.isprintable() and c not in "\n\t\xa0"]
        assert {*unseen} <= {"\u200c", "\u200d", "\ufffe", "\uffff", "\xad"}
    asked = {(lead, name) for lead, name, *_ in prompts}
    for text in (*CORPUS["prompt"], *CORPUS["control"]):
        lead = lead_of(text, "written").strip()
        assert {(lead, "pain_summary"), (lead, "reactivation_email")} <= asked


def test_a_terminal_is_not_steered(
    built_so: Built,
    marts: duckdb.DuckDBPyConnection,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for text in (CORPUS["control"][0], INJECTED):
        lead = lead_of(text, "called")
        built_so.run("why_this_lead", "--", lead)
        why = built_so.printed[f"why {text}"] = built_so.printed["why_this_lead"]
        assert why.stdout.startswith(f"{plain(lead)}: the CRM says SQL, "), text
    built_so.run("why_this_lead", "--", CORPUS["control"][0])
    built_so.run("log_logic_override", "list")
    notices = marts.cursor().execute("select notice from input_notices").fetchall()
    assert notices
    doctor.show(read_parts(marts.cursor(), "doctor.sql"), [said for (said,) in notices])
    shown = capsys.readouterr().out
    for printed in built_so.printed.values():
        shown += printed.stdout + printed.stderr
    assert "\\x1b" not in shown
    assert {letter for letter in shown if not letter.isprintable()} == {"\n"}
    assert "[bold]style[/bold]" in shown


def test_a_webhook_is_told_no_text(marts: duckdb.DuckDBPyConnection) -> None:
    parts = read_parts(marts.cursor(), "summary.sql")
    told = render("webhook.txt", parts, FILTERS)
    assert [text for text in TEXTS if text.strip() in told and len(text) > 5] == []


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    row = dict.fromkeys(("threshold", "unit", "meaning"), "x")
    parts = {name: [] for name in ("rules", "activity_types", "service_levels")}
    parts["thresholds"] = [row | {"value": 1, "first_value": 2, "reason": text}]
    document = render("documents/decision_rules.md", parts | {"conditions": {}})
    cells = [token for token in markdown.parse(document) if token.type == "inline"]
    (reason,) = [cell for i, cell in enumerate(cells) if cells[i - 1].content == "x"][
        -1:
    ]
    assert {child.type for child in reason.children} <= {"text", "text_special"}
    shown = "".join(child.content for child in reason.children)
    assert shown == plain(" ".join(text.split()))
    # and in a block, which is all that there is
    assert [token.type for token in markdown.parse(fenced(text))] == ["fence"]


@pytest.mark.parametrize("team", TEXTS)
def test_a_name_leads_a_file_nowhere(team: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table lifecycle_stages as select ? as owner_team", [team]
        )
        (name,) = read_teams(connection)
    assert re.fullmatch(r"\w*", name)


def unmarked_in(page: Page) -> list[str]:
    """Texts that stand among the page's own words."""
    words = page.evaluate(UNMARKED)
    return [text for text in TEXTS if len(text) > 5 and text.strip() in words]


@pytest.fixture(scope="module")
def shown(browser: Browser, built_so: Built) -> Iterator[Page]:
    with opened(browser, built_so.out / "conversion_funnel.html") as page:
        yield page


def test_the_page_shows_every_text_as_text(shown: Page, built_so: Built) -> None:
    page = shown
    scripts = page.locator("script").count()
    assert scripts == 4
    names = texts(page, "#first optgroup[label^='By sales owner'] option")
    assert len(names) == 50
    drawn = {
        (text if len(text) <= 60 else text[:59] + "…")
        for text in (re.sub(f"[{TURNS}]", "", text.strip()) for text in TEXTS)
    }
    # a picker shows blanks as a page does
    assert {*names} - {"Busy", "Unassigned"} <= drawn
    listed = page.eval_on_selector_all(
        "#overrides bdi", "all => all.map((one) => one.title || one.textContent)"
    )
    reasons = {text.strip() for text in CORPUS["control"] + CORPUS["path"]}
    assert reasons - {text for text in reasons if "\0" in text} <= {
        one.strip() for one in listed
    }
    for summary in page.locator("main summary").all():
        summary.evaluate("node => { node.parentNode.open = true }")
    settle(page)
    assert page.evaluate(ALIEN) == []
    assert unmarked_in(page) == []
    # a list of leads, a search, a lead
    page.locator("#figures .open").first.click()
    for text in (CORPUS["markup"][0], CORPUS["unseen"][1], CORPUS["control"][0]):
        sought = re.sub(f"[{TURNS}].*", "", text)[:20]
        page.fill("#leads .dt-search input", sought)
        assert sought in page.text_content("#leads-list tbody")
        assert page.evaluate(ALIEN) == []
        page.locator("#leads-list .open").first.click()
        assert sought in page.text_content("#lead-facts")
        assert page.evaluate(ALIEN) == []
        page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(built_so.out / "downloaded.csv")
    page.keyboard.press("Escape")
    assert page.locator("script").count() == scripts


def test_a_name_does_not_turn_the_words_around_it(shown: Page) -> None:
    name = re.sub(f"[{TURNS}]", "", CORPUS["unseen"][1])
    for owner in (name, CORPUS["unseen"][2]):
        pick(shown, "sales_owner", owner)
        first, last = shown.evaluate(
            """() => {
              const words = document.querySelector("#segment-status bdi").nextSibling;
              return [0, words.length - 1].map((i) => {
                const range = document.createRange();
                range.setStart(words, i);
                range.setEnd(words, i + 1);
                return range.getBoundingClientRect().left;
              });
            }"""
        )
        assert first < last
    pick(shown, "all", "All leads")


def test_the_page_fits_whatever_it_shows(shown: Page) -> None:
    pick(shown, "sales_owner", TEXTS[-1][:59] + "…")
    for width in (1440, 390):
        resize(shown, width)
        assert misplaced(shown) == []
    assert grave_faults(shown) == []


def test_the_what_if_page_shows_every_text_as_text(
    browser: Browser, built_so: Built
) -> None:
    with opened(browser, built_so.out / "what_if.html") as page:
        assert len(grid(page, "#moves")) == len(TEXTS)
        assert page.evaluate(ALIEN) == []
        unmarked = page.evaluate(UNMARKED)
        assert [
            text for text in TEXTS if len(text) > 5 and text.strip() in unmarked
        ] == []


TEAMS = {"SDRs / AEs": "\n".join(CORPUS["markup"]), "Marketing": CORPUS["unseen"][1]}


# what the mouse does over a chart's first line
POINT = """chart => Plotly.Fx.hover(
  document.querySelector(chart), [{ curveNumber: 0, pointNumber: 0 }]
)"""


def named_otherwise(parts: Parts) -> Parts:
    """The parts of a page with texts that attack for the names of teams."""
    for row in (row for rows in parts.values() for row in rows):
        for key, value in row.items():
            for team, name in TEAMS.items() if isinstance(value, str) else ():
                row[key] = row[key].replace(team, name)
    return parts


def test_a_chart_shows_a_teams_name_as_text(
    browser: Browser, built: Path, built_so: Built, tmp_path: Path
) -> None:
    hand = Hand(built)
    for policy in ("in_force", "crm", "oracle"):
        hand.add(policy, 10, 12)
    what_if = data_of((built_so.out / "what_if.html").read_text(encoding="utf-8"))
    for name, parts, table, chart in (
        ("simulation", hand.parts(), "#lists-table", None),
        ("what_if", what_if, "#teams-table", "#teams"),
    ):
        path = tmp_path / f"{name}.html"
        path.write_text(render_page(name, named_otherwise(parts)), encoding="utf-8")
        with opened(browser, path) as page:
            assert TEAMS["SDRs / AEs"][:40] in page.text_content(table)
            if chart:
                assert CORPUS["markup"][0] in page.text_content(f"{chart} svg")
            if name == "simulation":
                page.evaluate(POINT, "#lists")
                pointed_at = page.text_content("#lists .hovertext")
                assert TEAMS["SDRs / AEs"].replace("\n", " ")[:25] in pointed_at
            assert page.evaluate(ALIEN) == []


def test_the_tuning_page_shows_where_leads_are_from_as_text(
    browser: Browser,
    built_project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMARTCRM_DB", str(built_project.database))
    # two settings of many have all that the page says in words
    some = tuning.settings_to_try
    monkeypatch.setattr(tuning, "settings_to_try", lambda *words: some(*words)[:2])
    parts = tuning.read_tuning(40)
    source = "\n".join(CORPUS["markup"])
    parts["facts"][0]["leads_from"] = source
    parts |= {
        name: [{name.rstrip("s"): source}]
        for name in ("sentences", "notes", "commands")
    }
    path = tmp_path / "tuning.html"
    path.write_text(render_page("tuning", parts), encoding="utf-8")
    with opened(browser, path) as page:
        for part in ("as-of", "sentences", "notes", "commands"):
            assert CORPUS["markup"][0] in page.text_content(f"#{part}"), part
        assert page.evaluate(ALIEN) == []


def test_the_slides_show_an_override_as_text(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        parts = read_parts(connection, "slides/presentation.sql")
    for row in parts["overrides"]:
        row |= {name: "\n".join(CORPUS["markup"]) for name in ("reason", "logged_by")}
    path = tmp_path / "slides.html"
    path.write_text(build_presentation.render_html(parts), encoding="utf-8")
    with opened(browser, path, 1280) as page:
        assert CORPUS["markup"][0] in page.text_content("body")
        assert page.evaluate(ALIEN) == []


def compressed(path: Path) -> None:
    line = b"1," + b"A" * 16_000 + b"\n"
    with gzip.open(path, "wb") as file:
        file.write(b"lead_id,sales_owner\n")
        for _ in range(120):
            file.write(line * 64)


def repeated(path: Path) -> None:
    with duckdb.connect() as connection:
        texts = "select range as lead_id, repeat('A', 1000000) as note from range(200)"
        connection.execute(f"copy ({texts}) to '{path}' (format parquet)")


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        # of a day that is no line's end in its header
        entry = zipfile.ZipInfo("xl/workbook.xml")
        file.writestr(entry, "A" * 10_000_000, zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("name", "make", "found"),
    [
        ("bomb.csv.gz", compressed, " times as much; have it uncompressed, or ask"),
        ("bomb.parquet", repeated, " times as much; have it uncompressed, or ask"),
        ("bomb.xlsx", zipped, "a file that ends in csv, tsv, txt, parquet, json"),
        ("bomb.csv", zipped, "expected a header, found nothing that is text; export"),
    ],
)
def test_a_file_far_larger_than_it_looks_is_refused(
    project: Project, name: str, make: Callable[[Path], None], found: str
) -> None:
    path = project.scratch / name
    make(path)
    assert path.stat().st_size < 1_000_000
    done = project.dbt("compile", "--select", "source_files", leads_path=str(path))
    assert done.returncode != 0
    [line] = [each for each in done.stdout.splitlines() if "expected" in each]
    assert found in line
