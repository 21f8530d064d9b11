"""Leads, activities and stage changes for tests that make their own, as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from conftest import Project

LEADS = (
    *("lead_id", "created_at", "funnel_stage", "intent_score", "last_engaged"),
    *("company_size", "source", "engagement_channel", "sales_owner"),
)
CHANGES = ("lead_id", "stage", "entered_at")
ACTIVITIES = ("lead_id", "occurred_at", "activity_type", "channel")
SAMPLE = {
    "leads_path": "seeds/leads_cleaned_1000.csv",
    "activities_path": "seeds/activities.csv",
    "stage_changes_path": "seeds/stage_changes.csv",
}
TODAY = date(2026, 10, 31)
Row = dict[str, str]


def days_ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


class World:
    """Leads as an export has them, with what they did and where they stood when."""

    def __init__(self) -> None:
        self.leads: list[Row] = []
        self.changes: list[Row] = []
        self.activities: list[Row] = []

    def add(
        self,
        age: int,
        *stages: tuple[str, int],
        engaged: Iterable[int] = (),
        **fields: str,
    ) -> None:
        """A lead of that age in days, with the days ago of its stages and demos."""
        lead_id = f"L{len(self.leads):04}"
        came = [("Lead", age), *stages]
        self.leads.append(
            {name: "" for name in LEADS}
            | {"lead_id": lead_id, "created_at": days_ago(age)}
            | {"funnel_stage": came[-1][0]}
            | {"source": "Website", "company_size": "S: 1-10"}
            | fields
        )
        for stage, days in came:
            values = (lead_id, stage, f"{days_ago(days)}T09:00:00Z")
            self.changes.append(dict(zip(CHANGES, values, strict=True)))
        for days in engaged:
            values = (lead_id, f"{days_ago(days)}T08:00:00Z", "demo_requested", "")
            self.activities.append(dict(zip(ACTIVITIES, values, strict=True)))

    def write(self, folder: Path) -> dict[str, str]:
        settings = {}
        for setting, names, rows in (
            ("leads_path", LEADS, self.leads),
            ("activities_path", ACTIVITIES, self.activities),
            ("stage_changes_path", CHANGES, self.changes),
        ):
            path = folder / f"{setting}.csv"
            with path.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.DictWriter(lines, names)
                writer.writeheader()
                writer.writerows(rows)
            settings[setting] = str(path)
        return settings


def read_world(project: Project) -> World:
    """The sample's world, to be changed."""
    world = World()
    tables = (world.leads, world.activities, world.changes)
    for rows, path in zip(tables, SAMPLE.values(), strict=True):
        with (project.folder / path).open(encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    return world
