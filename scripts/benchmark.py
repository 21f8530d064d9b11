"""Times whole builds side by side, and prints ratios: seconds differ by machine.

The bar is a project with as many nodes of each kind that each `select 1`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

DBT = str(Path(sys.executable).with_name("dbt"))
SCRIPTS = Path(__file__).parent


def build(folder: Path, scratch: Path, *words: str) -> float:
    """Seconds that `dbt build` takes, from nothing, with a database of its own.

    Raises:
        subprocess.CalledProcessError: the build failed.
    """
    database = scratch / "smartcrm.duckdb"
    database.unlink(missing_ok=True)
    env = {
        **os.environ,
        "SMARTCRM_DB": str(database),
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
    }
    command = [DBT, "--quiet", "build", *words]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=env, check=True)
    return time.perf_counter() - started


def write_bar(folder: Path, manifest: dict) -> None:
    """Write a project with as many nodes of each kind, each of which selects 1."""
    kinds = Counter(node["resource_type"] for node in manifest["nodes"].values())
    materialized = [
        node["config"]["materialized"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "snapshot")
    ]
    for name in ("models", "seeds"):
        (folder / name).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: bar\nversion: 0.1.0\nprofile: bar\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "bar:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        "      path: \"{{ env_var('SMARTCRM_DB') }}\"\n      threads: 2\n"
    )
    models = []
    for number, kind in enumerate(materialized):
        kind = "table" if kind == "snapshot" else kind
        (folder / f"models/model_{number}.sql").write_text(
            f"{{{{ config(materialized='{kind}') }}}} select 1 as one"
        )
        # as many generic tests as ours has, spread over the models
        tests = [
            {"accepted_values": {"arguments": {"values": [1, test]}}}
            for test in range(number, kinds["test"], len(materialized))
        ]
        column = {"name": "one", "data_tests": tests}
        models.append({"name": f"model_{number}", "columns": [column]})
    for number in range(kinds["seed"]):
        (folder / f"seeds/seed_{number}.csv").write_text("one\n1\n")
    unit_tests = [
        {
            "name": f"unit_test_{number}",
            "model": "model_0",
            "given": [],
            "expect": {"rows": [{"one": 1}]},
        }
        for number in range(len(manifest["unit_tests"]))
    ]
    (folder / "models/models.yml").write_text(
        json.dumps({"models": models, "unit_tests": unit_tests})
    )


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
            write_bar(bar, manifest)
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
        except subprocess.CalledProcessError as error:
            print(f"{error.cmd[0]} failed; see its lines above", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
