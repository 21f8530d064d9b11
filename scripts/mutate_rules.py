"""Shows that dbt's tests find every small error in the decisions, lists and funnels.

Each mutant is the compiled SQL of a model with one operator, bound, order, join,
partition or constant changed. It has to fail a unit test, or a data test on the sample.
The line of one that survives is that of the compiled SQL, in target/mutants/compiled/.
"""

from __future__ import annotations

import argparse
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from smartcrm.faults import Fault, command

from smartcrm import dbt_build
from smartcrm.mutation.report import read_equal, report
from smartcrm.mutation.trials import Build, Trial, Verdict, store_views
from smartcrm.progress import progress

FOLDER = Path("target/mutants")
DATABASE = FOLDER / "smartcrm.duckdb"
# the folders of models/ whose models decide something
DECIDING = ("actions", "decisions", "funnel", "history", "marts")
# compiled by what the last build left in the database, which no unit test can say;
# tests/python/test_history.py builds twice for them
BY_LAST_BUILD = ("current_build", "earlier_stages", "lead_changes")


def build_sample() -> Build:
    """Build the sample in a folder of its own.

    Raises:
        Fault: the build fails without any mutant.
    """
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    os.environ |= {"SMARTCRM_DB": str(DATABASE), "DBT_TARGET_PATH": str(FOLDER)}
    if not dbt_build.run(values={}):
        raise Fault("the build fails without a mutant; mend it first")
    store_views(DATABASE)
    return Build(FOLDER, DATABASE)


def judge(build: Build, model: str) -> list[Verdict]:
    """What kills each mutant of a model."""
    trial = Trial(build, model)
    return [*trial.judge(trial.mutants())]


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when only equal mutants survive, 1 when others do, 2 if it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", help="all that decide something, if none")
    arguments = parser.parse_args(argv)
    equal = read_equal()
    build = build_sample()
    deciding = [
        model for model in build.models_in(DECIDING) if model not in BY_LAST_BUILD
    ]
    for model in arguments.models:
        if model not in deciding:
            parser.error(f"'{model}' is none of {', '.join(deciding)}")
    models = arguments.models or deciding
    with ProcessPoolExecutor() as pool:
        judged = pool.map(partial(judge, build), models)
        verdicts = [*progress(judged, len(models), "Trying mutants")]
    told = report((each for of_model in verdicts for each in of_model), equal)
    print(*told.lines, sep="\n")
    return int(bool(told.survivors or told.stale))


if __name__ == "__main__":
    raise SystemExit(main())
