"""Times whole builds side by side, and prints ratios: seconds differ by machine.

The bar is a project with as many nodes of each kind that each `select 1`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from smartcrm.plain_project import write_plain_project

DBT = str(Path(sys.executable).with_name("dbt"))
SCRIPTS = Path(__file__).parent


def environment(scratch: Path) -> dict[str, str]:
    """The environment in which all that is built goes to a folder of its own."""
    return {
        **os.environ,
        "SMARTCRM_DB": str(scratch / "smartcrm.duckdb"),
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
    }


def build(folder: Path, scratch: Path, *words: str) -> float:
    """Seconds that `dbt build` takes, from nothing, with a database of its own.

    Raises:
        subprocess.CalledProcessError: the build failed.
    """
    (scratch / "smartcrm.duckdb").unlink(missing_ok=True)
    command = [DBT, "--quiet", "build", *words]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(scratch), check=True)
    return time.perf_counter() - started


def watched_seconds(project: Path, scratch: Path, saves: int) -> list[float]:
    """Seconds from each save of an edited rule to what moved, as watch prints them."""
    copy = scratch / "project"
    left_out = shutil.ignore_patterns(".git", ".venv", "target", "outputs", "logs")
    shutil.copytree(project, copy, ignore=left_out)
    build(copy, scratch)
    model = copy / "models/decisions/leads_with_stages.sql"
    text = model.read_text(encoding="utf-8")
    watch = subprocess.Popen(
        [sys.executable, "scripts/watch_rules.py"],
        cwd=copy,
        env=environment(scratch),
        stdout=subprocess.PIPE,
        text=True,
    )
    printed = map(re.compile(r"\(([0-9.]+) s\)$").search, watch.stdout)
    seconds = (float(found[1]) for found in printed if found)
    next(seconds)  # the first candidate, whole
    taken = []
    for save in range(saves):
        bar = f">= sql_min_intent - {save}"
        model.write_text(text.replace(">= sql_min_intent", bar), encoding="utf-8")
        taken.append(next(seconds))
    watch.send_signal(signal.SIGINT)
    watch.wait()
    return taken


def compare(name: str, ours: Callable[[], float], bar: Callable[[], float]) -> None:
    """Run the two in turn and print the median and range of the ratio."""
    ratios = [ours() / bar() for _ in range(5)]
    print(
        f"{name}: {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is measured, 2 when a build fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="large build")
    arguments = parser.parse_args(argv)
    project = SCRIPTS.parent
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        ours, bar, large = (scratch / name for name in ("ours", "bar", "large"))
        leads = large / "leads.parquet"
        large.mkdir()
        try:
            build(project, ours)
            manifest = json.loads((ours / "target/manifest.json").read_text())
            write_plain_project(bar, manifest)
            compare(
                "1,000 leads, against as many nodes that select 1",
                lambda: build(project, ours, "--no-partial-parse"),
                lambda: build(bar, bar, "--no-partial-parse"),
            )
            compare(
                "the same, parsed before",
                lambda: build(project, ours),
                lambda: build(bar, bar),
            )
            subprocess.run(
                [
                    *(sys.executable, SCRIPTS / "generate_leads.py"),
                    *("--rows", str(arguments.rows), "--out", leads),
                ],
                check=True,
            )
            compare(
                f"{arguments.rows:,} leads from Parquet, against 1,000",
                lambda: build(project, large, "--vars", f"leads_path: {leads}"),
                lambda: build(project, ours, "--no-partial-parse"),
            )
            plain = build(bar, bar)
            saves = [taken / plain for taken in watched_seconds(project, large, 5)]
            print(
                f"a saved rule to what moved, against one plain build: "
                f"{statistics.median(saves):.2f} ({min(saves):.2f} to {max(saves):.2f})"
            )
        except subprocess.CalledProcessError as error:
            print(f"{error.cmd[0]} failed; see its lines above", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
