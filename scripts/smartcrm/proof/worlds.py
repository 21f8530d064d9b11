"""Makes worlds whose later days are known, and has the project judge each by itself.

dbt compiles the models once, for the first world; every world is then built by the
same statements from its own files, as if there were no other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from smartcrm.faults import Fault

from smartcrm import dbt_build
from smartcrm.pages.rendering import read_parts
from smartcrm.progress import progress
from smartcrm.rules.tuning import evaluate, settings_to_try
from smartcrm.warehouse import connect, connect_in_memory, trial
from smartcrm.world.writing import LAST_DAY, RECORDS, write_world

HORIZON_DAYS = 90
# the last day that the project sees of a world: what comes between it and the last day
# of all, within the horizon, is known and kept back
SEEN_ON = "2026-08-02"
WORLD_LEADS = 1500
# the worlds' seeds begin at 1
TRUTH_SEED = 0
CALLS_PER_REP = 12
CANDIDATE = {"sql_min_intent": 60, "sql_max_quiet_days": 21}
SEEN = Path(__file__).with_name("seen.sql")
DATABASE = "smartcrm.duckdb"
# what is kept of a world once it is built
KEPT = {
    **{
        model: f"from {model}"
        for model in (
            *("time_to_stage", "time_to_stage_medians", "funnel_cohorts"),
            *("funnel_velocity", "rule_backtest", "strategy_opportunities"),
        )
    },
    "win_within": "select win_probability, later_wins.lead_id is not null as is_won"
    " from win_within left join later_wins using (lead_id)",
}
PRICE, TUNE = "what_if_price", "make tune"
# what the quick form leaves out
SLOW_MODELS = (PRICE, TUNE)


def run(*words: str, settings: dict[str, object]) -> None:
    """Build without tests.

    Raises:
        Fault: dbt can't run, or a model fails.
    """
    untested = ("--exclude-resource-type", "test", "unit_test")
    if not dbt_build.run(*words, *untested, values=settings):
        raise Fault("the first world could not be built")


class Worlds:
    """The worlds of a folder, each in a folder of its own, and the big one: truth."""

    def __init__(self, folder: Path, *, is_quick: bool) -> None:
        """Take an empty folder; the quick form leaves out the candidate and tuning."""
        self.folder = folder
        self.first = folder / "worlds/1"
        self.is_quick = is_quick
        self.statements: list[str] = []

    def make(self, count: int, truth_leads: int) -> None:
        """Make and build the worlds, and keep of each what is to be judged.

        Raises:
            Fault: dbt can't run, or a model fails.
        """
        self.write(self.first, WORLD_LEADS, 1)
        self.statements = list(self.compiled())
        cpus = os.cpu_count() or 1
        self.write(self.folder / "truth", truth_leads, TRUTH_SEED)
        self.build(self.folder / "truth", cpus)
        self.build(self.first)

        def settle(number: int) -> None:
            folder = self.folder / f"worlds/{number}"
            self.write(folder, WORLD_LEADS, number)
            self.build(folder)

        numbers = range(2, count + 1)
        pool = ThreadPoolExecutor(cpus)
        try:
            done = pool.map(settle, numbers)
            for _ in progress(done, len(numbers), "Building worlds"):
                pass
        finally:
            pool.shutdown(cancel_futures=True)

    def write(self, folder: Path, lead_count: int, seed: int) -> None:
        """Make a world, and the files that its CRM would have on the day it is seen."""
        paths = {name: folder / f"all_{name}.parquet" for name in RECORDS}
        write_world(paths, lead_count, seed)
        with connect_in_memory() as database:
            days = {"seen_on": SEEN_ON, "last_day": LAST_DAY}
            names = {f"all_{name}": path for name, path in paths.items()}
            for name, value in {**days, **names}.items():
                database.execute(f"set variable {name} = $value", {"value": str(value)})
            database.execute(SEEN.read_text(encoding="utf-8"))
            for view in (*RECORDS, "later_wins", "lives"):
                database.table(view).write_parquet(str(folder / f"{view}.parquet"))
        for path in paths.values():
            path.unlink()

    def compiled(self) -> Iterator[str]:
        """Build the first world with dbt; return the statements by which it does.

        Raises:
            Fault: dbt can't run, or a model fails.
        """
        target = self.folder / "dbt"
        os.environ |= {
            "SMARTCRM_DB": str(self.first / DATABASE),
            # settings of one's own, which must not cost the next build its parsed files
            "DBT_TARGET_PATH": str(target),
            # what it ran is read there
            "DBT_WRITE_JSON": "true",
        }
        # with what a candidate is compared with
        models = (*KEPT, "lead_work", "current_build", "model_quality")
        settings = {
            **{f"{name}_path": str(self.first / f"{name}.parquet") for name in RECORDS},
            "as_of_date": SEEN_ON,
            "horizon_days": HORIZON_DAYS,
            # of the big world all leads are looked at
            "landmark_max_leads": 1_000_000_000,
            "segments": ["source", "sales_owner"],
        }
        words = ("--select", *(f"+{model}" for model in models))
        run(*words, settings=settings)
        yield from self.read_statements(target)
        if not self.is_quick:
            target /= "what_if"
            words = ("--target", "what_if", "--target-path", str(target))
            selected = ("--select", f"tag:what_if,+{PRICE}")
            run(*words, *selected, settings={"what_if": CANDIDATE})
            yield "create schema what_if"
            yield from self.read_statements(target)

    def read_statements(self, target: Path) -> Iterator[str]:
        """What dbt last ran, with the seeds as they are in the first world."""
        ran, known = (
            json.loads((target / f"{name}.json").read_text(encoding="utf-8"))
            for name in ("run_results", "manifest")
        )
        for result in ran["results"]:
            node = known["nodes"][result["unique_id"]]
            if node["resource_type"] == "operation":  # what publishes a build
                continue
            relation, kind = node["relation_name"], node["config"]["materialized"]
            match kind:
                case "seed":
                    seed = self.folder / f"{node['schema']}.{node['alias']}.parquet"
                    built, folders = self.first / DATABASE, [self.folder]
                    with connect(built, read_only=True, folders=folders) as database:
                        database.table(relation).write_parquet(str(seed))
                    yield f"create table {relation} as from '{seed}'"
                case "snapshot":
                    yield Path(node["build_path"]).read_text(encoding="utf-8")
                case _:
                    yield f"create {kind} {relation} as {result['compiled_code']}"

    def build(self, folder: Path, threads: int = 1) -> None:
        """Build the models of a world, and keep what is to be judged."""
        path = folder / DATABASE
        path.unlink(missing_ok=True)
        kept = KEPT if self.is_quick else {**KEPT, PRICE: f"from what_if.{PRICE}"}
        options = {"folders": [self.folder], "threads": threads}
        with connect(path, read_only=False, **options) as database:
            for statement in self.statements:
                database.execute(statement.replace(f"{self.first}/", f"{folder}/"))
            database.execute(
                f"create view later_wins as from '{folder / 'later_wins.parquet'}'"
            )
            for name, query in kept.items():
                database.sql(query).write_parquet(str(folder / f"{name}.parquet"))
        if not self.is_quick:
            with trial(path, **options) as database:
                for setting in settings_to_try(database, CALLS_PER_REP):
                    evaluate(database, setting)
                read_parts(database, "pages/tuning.sql")
                database.table("measured").write_parquet(str(folder / "tuning.parquet"))
        path.unlink()
