"""Shows that the estimates' intervals hold the truth of made-up worlds.

Each world is a thousand synthetic leads with a seed of its own; the truth is that of a
world of the same kind with so many leads that nothing needs to be estimated.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from smartcrm.faults import command

from smartcrm.proof.estimators import ESTIMATORS, judge, render
from smartcrm.proof.worlds import build, write_truth, write_worlds

FOLDER = Path("target/prove")


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when enough intervals hold the truth, 1 when not, 2 if it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100, help="default: %(default)s")
    parser.add_argument(
        "--truth-leads", type=int, default=300_000, help="default: %(default)s"
    )
    arguments = parser.parse_args(argv)
    for name in ("worlds", "truth_leads"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} takes 1 or more")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    files = write_worlds(FOLDER, arguments.worlds)
    models = tuple({estimator.model: None for estimator in ESTIMATORS})
    database = build(FOLDER, files, models)
    with write_truth(FOLDER, arguments.truth_leads) as truth:
        judged = [judge(estimator, truth, database) for estimator in ESTIMATORS]
    print(render(judged))
    return int(not all(row.is_enough for row in judged))


if __name__ == "__main__":
    raise SystemExit(main())
