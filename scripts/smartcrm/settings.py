"""Settings of the command line as dbt's vars, each taken as it is written."""

from __future__ import annotations

import csv
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from smartcrm.faults import Fault

MAPPINGS = Path("models/staging/crm")


class Setting(NamedTuple):
    """An option, the var that it sets, and what it means."""

    option: str
    var: str
    meaning: str
    is_list: bool = False


SETTINGS = (
    Setting("leads", "leads_path", "file of the leads: CSV, Parquet or JSON"),
    Setting("crm", "crm", "whose export it is: the name of a mapping"),
    Setting("date-format", "date_format", "strptime pattern of dates, or one per date"),
    Setting("score-column", "score_column", "column that is the intent score"),
    Setting("score-min", "score_min", "the least that a score can be"),
    Setting("score-max", "score_max", "the most that a score can be"),
    Setting("as-of", "as_of_date", "day to judge leads on: YYYY-MM-DD or today"),
    Setting("max-left-share", "max_left_share", "share of leads that may be gone"),
    Setting("max-backward-share", "max_backward_share", "share that may go backward"),
    Setting("activities", "activities_path", "file of what leads and we did"),
    Setting("activities-crm", "activities_crm", "whose words it has, if not the CRM's"),
    Setting("stage-changes", "stage_changes_path", "file of the changes of stage"),
    Setting("stage-changes-crm", "stage_changes_crm", "whose words it has, likewise"),
    Setting("notes", "call_notes_path", "file of the call notes"),
    Setting("extra-columns", "extra_columns", "columns to take along", is_list=True),
    Setting("segments", "segments", "columns that funnels are cut by", is_list=True),
    Setting("record-url", "record_url", "where a lead is, with {lead_id} in it"),
)


def add_settings(parser: ArgumentParser) -> None:
    """Add an option for each setting; a list is one argument, separated by commas."""
    for setting in SETTINGS:
        parser.add_argument(f"--{setting.option}", help=setting.meaning)


def read_vars(arguments: Namespace) -> dict[str, str | list[str]]:
    """The vars that are set; no other is, since dbt parses again when its vars change.

    Raises:
        Fault: a setting is empty, or no mapping has the name that --crm gives.
    """
    values: dict[str, str | list[str]] = {}
    for option, var, _, is_list in SETTINGS:
        value = getattr(arguments, option.replace("-", "_"))
        if value is None:
            continue
        if not value.strip():
            name = option.upper().replace("-", "_")
            raise Fault(f"{name} (--{option}) is empty; give a value or leave it out")
        if is_list:
            values[var] = [
                each.strip()
                for each in next(csv.reader([value], skipinitialspace=True))
            ]
        else:
            values[var] = literal(value)
    for option, record in (
        ("crm", ""),
        ("activities_crm", "_activities"),
        ("stage_changes_crm", "_stage_changes"),
    ):
        name = getattr(arguments, option)
        if name is not None:
            values[option] = find_crm(name, MAPPINGS.glob("crm_*.sql"), record)
    return values


def find_crm(name: str, files: Iterable[Path], record: str = "") -> str:
    """The name of the mapping that a name in any case means.

    Args:
        name: what the mapping is called between `crm_` and the kind of record.
        files: the mappings that there are, of every kind of record.
        record: how the names of its kind end, `_activities`; empty for leads.

    Raises:
        Fault: there is none; with the names that there are.
    """
    others = ("_activities", "_stage_changes")
    names = sorted(
        path.stem.removeprefix("crm_").removesuffix(record)
        for path in files
        if (path.stem.endswith(record) if record else not path.stem.endswith(others))
    )
    same = [each for each in names if each.lower() == name.strip().lower()]
    if name in names:
        return name
    if len(same) != 1:
        option = f"{record.removeprefix('_')}_crm".removeprefix("_")
        raise Fault(
            f"{option.upper()} (--{option.replace('_', '-')}) '{name}' has no mapping: "
            f"choose one of {', '.join(names)}, "
            f"or add {MAPPINGS.as_posix()}/crm_{name}{record}.sql "
            "(docs/exports.md has one to start from)"
        )
    return same[0]


def literal(value: str) -> str:
    """A text that dbt, which renders its vars with Jinja, reads as it is written."""
    if not re.search("[{][{%#]", value):
        return value
    escaped = value.encode("unicode_escape").decode("ascii").replace('"', r"\"")
    return f'{{{{ "{escaped}" }}}}'
