"""Measures the project beside other ways to the same leads; writes docs/performance.md.

Each way runs in a process of its own, and its leads are compared row by row with those
of a statement written by hand before a time is shown.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from importlib.util import find_spec
from pathlib import Path

from smartcrm.faults import Fault, command

from smartcrm.benchmark import report
from smartcrm.benchmark.commands import measure_commands
from smartcrm.benchmark.machine import describe_machine
from smartcrm.benchmark.ways import measure_size
from smartcrm.files.atomic import write_text
from smartcrm.options import add_out

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 1_000_000, 10_000_000)
FULL = 100_000_000


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is measured, 2 when a way fails or its leads differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} leads as well")
    parser.add_argument(
        "--most-pandas", type=int, default=FULL // 10, help="leads for the scripts"
    )
    parser.add_argument("--repeats", type=int, help="runs of each; else by size")
    parser.add_argument("--no-commands", action="store_true", help="leads alone")
    parser.add_argument("--scratch", type=Path, help="folder for what is built")
    add_out(parser, ROOT / "docs")
    arguments = parser.parse_args(argv)
    check_installed()
    rows = sorted({*arguments.rows, *([FULL] if arguments.full else [])})
    measured = {"machine": describe_machine(), "sizes": [], "commands": {}}
    if arguments.scratch:
        arguments.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
        for size in rows:
            measured["sizes"].append(
                measure_size(
                    ROOT,
                    Path(scratch),
                    size,
                    arguments.repeats or repeats_of(size),
                    has_pandas=size <= arguments.most_pandas,
                )
            )
            print(report.render_size(measured["sizes"][-1]), flush=True)
            # the larger ones take hours: what is known by then is kept
            write_report(measured, arguments.out)
        if not arguments.no_commands:
            measured["commands"] = measure_commands(
                ROOT, Path(scratch), arguments.repeats or repeats_of(0)
            )
    write_report(measured, arguments.out)
    return 0


def repeats_of(rows: int) -> int:
    """How often each way runs: small sizes are noisy, and large ones take long."""
    return 3 if rows < 10_000_000 else 1


def check_installed() -> None:
    """Refuse to begin where a peer is missing.

    Raises:
        Fault: with what to run.
    """
    missing = [name for name in ("pandas", "polars") if not find_spec(name)]
    if missing:
        raise Fault(f"{' and '.join(missing)} not installed; run `make bench`")


def write_report(measured: dict, folder: Path) -> None:
    """Write the figures as JSON, and the page and the chart that show them."""
    write_text(folder / "performance.json", json.dumps(measured, indent=2) + "\n")
    write_text(folder / "performance.md", report.render_page(measured))
    chart = report.render_chart(measured["sizes"])
    write_text(folder / "pictures/performance.svg", chart)


if __name__ == "__main__":
    raise SystemExit(main())
