"""Judges the learned score beside scikit-learn's; writes docs/score.md.

The sample and a bigger world of the same kind are built, and each way learns from the
same leads as they stood on days of the past, and is judged on later days.
"""

from __future__ import annotations

import argparse
import tempfile
from importlib.util import find_spec
from pathlib import Path

from smartcrm.faults import Fault, command

from smartcrm.benchmark.dbt_project import UNTESTED, DbtProject
from smartcrm.files.atomic import write_text
from smartcrm.options import add_out
from smartcrm.terminal import aligned
from smartcrm.world.writing import write_records

ROOT = Path(__file__).parents[1]
BUILD = ("build", "--select", "+judged_predictions", "+landmark_decisions", *UNTESTED)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the page is written, 2 when it can't be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="leads of the world")
    parser.add_argument("--seed", type=int, default=7, help="which world it is")
    add_out(parser, ROOT / "docs/score.md")
    options = parser.parse_args(argv)
    if not find_spec("sklearn"):
        raise Fault("scikit-learn is not installed; run `make bench-score`")
    # takes a second, which --help needs not wait for
    from smartcrm.benchmark.score import judge, render_page

    judged = {}
    with tempfile.TemporaryDirectory() as scratch:
        world = write_records(Path(scratch), options.rows, options.seed)
        for name, folder, values in (
            ("The sample", "sample", {}),
            (f"A generated world of {options.rows:,} leads", "world", world),
        ):
            project = DbtProject(ROOT, Path(scratch, folder), values)
            project.dbt(*BUILD)
            judged[name] = judge(project.database)
            print_table(name, judged[name])
    words = (
        f"python scripts/benchmark_score.py --rows {options.rows} --seed {options.seed}"
    )
    write_text(options.out, render_page(judged, words))
    print(options.out)
    return 0


def print_table(name: str, judged: dict) -> None:
    """Print the measures of each way, and what came true."""
    from smartcrm.benchmark.score import HEADER, rows_of

    print(f"{name}: {judged['judged'][1]:,} wins came true")
    print(aligned([HEADER, *rows_of(judged)]))


if __name__ == "__main__":
    raise SystemExit(main())
