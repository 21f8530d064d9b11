"""Nothing is lost, and nothing half done is read, whatever befalls a build.

One round of each fault here; `make faults` does many, each with a plain run after it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from conftest import Project
from faults import FAULTS, Disk, World

DAY = "2026-11-01"
# yesterday's leads, but for some that are gone and some that were won
TODAY = """
copy (
    select * replace (case when lead_id < 'L0020' then 'Customer' else funnel_stage end
        as funnel_stage)
    from '{seeds}/leads_cleaned_1000.csv' where lead_id > 'L0005'
) to '{leads}'
"""


@pytest.fixture(scope="module")
def world(sample: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    disk = Disk(tmp_path_factory.mktemp("faults") / "disk")
    try:
        project = sample.copy_to(disk.folder)
        leads = project.scratch / "today.parquet"
        duckdb.sql(TODAY.format(seeds=project.folder / "seeds", leads=leads))
        made = World(
            project,
            disk,
            {
                "leads": project.seen(leads),
                "activities": "seeds/activities.csv",
                "stage-changes": "seeds/stage_changes.csv",
                "notes": "seeds/call_notes.csv",
                "as-of": DAY,
            },
        )
        yield made
    finally:
        disk.close()


def test_whatever_befalls_a_build(
    world: World, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds = request.config.getoption("rounds")
    seed = request.config.getoption("seed")
    chance = random.Random(seed)
    tried = dict.fromkeys(FAULTS, 0)
    found: list[str] = []

    def note(what: str, number: int, wrong: Iterator[str]) -> None:
        where = f"{what}, round {number + 1} of seed {seed}"
        try:
            found.extend(f"{where}: {one}" for one in wrong)
        except (AssertionError, duckdb.Error) as error:
            found.append(f"{where}: {error}")

    *broken, last = FAULTS
    for number in range(rounds or 1):
        for what in [*chance.sample(broken, len(broken)), last]:
            note(what, number, FAULTS[what](world, chance))
            tried[what] += 1
            if rounds:
                note(what, number, world.settle())
            world.mend()
    if rounds:
        with capsys.disabled():
            print(f"\nSeed {seed}; {world.disk.means}")
            for what, count in tried.items():
                wrong = [one for one in found if one.startswith(f"{what}, round")]
                print(f"{what}: {count} rounds, {len(wrong)} found", *wrong, sep="\n  ")
            print(f"{sum(tried.values())} rounds, {len(found)} found")
    assert not found, "\n".join(found)
