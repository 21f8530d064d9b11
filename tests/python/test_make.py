"""What a user types after `make` reaches its command as it is, and never runs."""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from smartcrm.faults import Fault

import pytest
from dbt.clients.jinja import get_rendered

from conftest import ROOT
from hostile import CORPUS
from smartcrm.settings import SETTINGS, add_settings, literal, read_vars

OPTIONS = {
    setting.option.upper().replace("-", "_"): setting.option for setting in SETTINGS
}
SIMULATION = ("HANDS", "ARRIVALS", "DAYS", "WORLDS", "SEED", "SWEEP", "LIKE")
HOSTILE = CORPUS["shell"]
Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Ran]:
    """Runs make with a python in its place that prints its arguments, each in <>."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nprintf "<%s>" "$@"; echo\n', encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)

    def run(*words: str, **environment: str) -> Ran:
        left_out = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", *OPTIONS}
        kept = {
            name: value for name, value in os.environ.items() if name not in left_out
        }
        return subprocess.run(
            ["make", "--no-print-directory", f"BIN={python.parent}", *words],
            cwd=ROOT,
            env={**kept, **environment},
            text=True,
            capture_output=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("inherited", [False, True], ids=["given", "inherited"])
def test_a_value_is_one_argument_of_its_command(
    make: Callable[..., Ran], value: str, inherited: bool
) -> None:
    def run(target: str, *names: str) -> str:
        values = dict.fromkeys(names, value)
        words = [] if inherited else [f"{name}={value}" for name in names]
        done = make(target, *words, **(values if inherited else {}))
        assert done.returncode == 0, done.stderr
        return done.stdout

    settings = "".join(f"<--{option}={value}>" for option in OPTIONS.values())
    assert run("build", *OPTIONS).startswith(f"<scripts/build.py>{settings}\n")
    assert run("csvs", "FORCE") == f"<scripts/export_csvs.py><--force={value}>\n"
    assert run("what-if", "SET") == f"<scripts/what_if.py><--><{value}>\n"
    assert run("tune", "CALLS") == f"<scripts/tune_rules.py><--><{value}>\n"
    options = "".join(f"<--{name.lower()}={value}>" for name in SIMULATION)
    assert run("simulate", "SET", *SIMULATION) == (
        f"<scripts/simulate_lead_flow.py>{options}<--><{value}>\n"
    )
    assert run("why", "LEAD") == f"<scripts/why_this_lead.py><--><{value}>\n"
    assert not (ROOT / "run").exists()


@pytest.mark.parametrize(
    ("target", "script", "options"),
    [
        ("build", "build", OPTIONS),
        ("simulate", "simulate_lead_flow", {name: name.lower() for name in SIMULATION}),
    ],
)
def test_a_setting_given_alone_is_the_only_argument(
    make: Callable[..., Ran], target: str, script: str, options: dict[str, str]
) -> None:
    for name, option in options.items():
        first, *_ = make(target, f"{name}=x").stdout.splitlines()
        assert first == f"<scripts/{script}.py><--{option}=x>"


def test_what_is_not_given_is_no_argument(make: Callable[..., Ran]) -> None:
    assert "<scripts/build.py>\n" in make("build").stdout
    assert make("what-if").stdout == "<scripts/what_if.py>\n"
    assert "<scripts/build.py><--leads=>" in make("build", "LEADS=").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build", "LEDS=f.csv"], "build has no setting 'LEDS'; choose from LEADS "),
        (["LEAD=f.csv"], "make funnel has no setting 'LEAD'; choose from LEADS CRM "),
        (["tune", "CALLS=9", "CRM=x"], "'CRM'; choose from CALLS PYTHON."),
    ],
)
def test_a_setting_that_would_be_left_unread_is_named(
    make: Callable[..., Ran], words: list[str], said: str
) -> None:
    done = make(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def read(*words: str) -> dict:
    parser = argparse.ArgumentParser()
    add_settings(parser)
    return read_vars(parser.parse_args(words))


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(Fault, match=rf"^{name} \(--{OPTIONS[name]}\) is empty"):
        read(f"--{OPTIONS[name]}={value}")


@pytest.mark.parametrize(
    "value", [*HOSTILE, *CORPUS["template"], '{% raw %} {# " \\ 😀 é #} {{ "x" }}']
)
def test_dbt_reads_a_value_as_it_is_written(value: str) -> None:
    assert get_rendered(literal(value), {}) == value


def test_a_list_is_split_at_its_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert read('--extra-columns=Region, "City, State"', "--crm=hubspot") == {
        "extra_columns": ["Region", "City, State"],
        "crm": "hubspot",
    }
    said = "one of canonical, hubspot, salesforce, or add .*crm_zoho.sql .docs/exports"
    with pytest.raises(Fault, match=said):
        read("--crm=zoho")


def test_a_crm_is_named_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words = ("--crm=HubSpot", "--activities-crm=SALESFORCE")
    assert read(*words) == {"crm": "hubspot", "activities_crm": "salesforce"}


def test_clean_leaves_no_copy_of_the_leads(tmp_path: Path) -> None:
    for name in (".gitignore", ".crm.duckdb.draft/crm.duckdb", "crm.duckdb", "a b/c"):
        (tmp_path / "outputs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "outputs" / name).touch()
    subprocess.run(["make", "-f", ROOT / "Makefile", "clean"], cwd=tmp_path, check=True)
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == [".gitignore"]
