"""What README shows is what the project has: rules, settings, commands and files."""

from __future__ import annotations

import csv
import re

import yaml

from conftest import ROOT
from smartcrm.settings import SETTINGS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(header: str) -> list[list[str]]:
    """Cells of the table that starts with a header, a list for each row."""
    lines = README[README.index(header) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_the_table_of_rules_is_the_catalogue_in_its_order() -> None:
    with (ROOT / "seeds/decision_rules.csv").open(encoding="utf-8") as file:
        rules = [
            (row["rule_id"], row["outcome"])
            for row in csv.DictReader(file)
            if row["decision"] == "stage"
        ]
    shown = [
        (rule.strip("`"), stage.partition(",")[0])
        for rule, _, stage in table("| rule | when | stage |")
    ]
    # what the CRM has on record may stand before the rules that a lead earns, or after
    assert sorted(shown) == sorted(rules)
    earned = [rule for rule in rules if not rule[0].endswith("_on_record")]
    assert [rule for rule in shown if rule in earned] == earned


def test_every_setting_is_shown_with_its_var_and_its_word_for_make() -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    rows = table("| var | make | meaning | default |")
    shown = {var.strip("`"): word.strip("`") for var, word, *_ in rows}
    assert shown.keys() == project["vars"].keys() - {"what_if"}
    words = {each.var: each.option.upper().replace("-", "_") for each in SETTINGS}
    assert {var: word for var, word in shown.items() if word} == words


def test_every_file_that_is_named_is_there() -> None:
    paths = re.findall(r"python (scripts/\w+\.py)", README)
    layout = README[README.index("## Layout") : README.index("## Tests")]
    paths += re.findall(r"^([a-z_]+/[\w/]*) ", layout, re.MULTILINE)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
    # and each folder of models is named
    folders = {f"models/{path.parent.name}/" for path in ROOT.glob("models/*/*.sql")}
    assert folders - {*paths} == set()


def test_every_link_between_documents_leads_to_a_file() -> None:
    links = [
        document.parent / link
        for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for link in re.findall(r"\]\(([\w./-]+)", document.read_text("utf-8"))
        if not link.startswith("http")
    ]
    assert len(links) > 30
    assert [str(link) for link in links if not link.exists()] == []


def test_every_command_is_made_or_shown() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for script in (ROOT / "scripts").glob("*.py"):
        assert script.name in made + README + contributing, script.name


def test_a_command_runs_as_it_is_pasted_whether_or_not_the_venv_is_active() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        before, _, _ = block.partition(". .venv/bin/activate\n")
        for line in re.sub(r"\\\n", "", before).splitlines():
            assert line.startswith(("make", ".venv/bin/", "python3 -m venv")), line
