"""Builds the sample with the lowest and newest versions allowed, and compares them."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from smartcrm.faults import Fault, command

from smartcrm.engines.parity import shown_column
from smartcrm.options import add_out
from smartcrm.warehouse import connect, connect_in_memory, read_columns

# what uv calls them
ALLOWED = {"lowest": "lowest-direct", "newest": "highest"}
BUILD = ("--quiet", "build", "--exclude-resource-type", "test", "unit_test")
SHOWN = (
    ("export_csvs",),
    ("plot_conversion_funnel",),
    ("summarize_build",),
    ("why_this_lead", "L0001"),
)


def run(*words: str | Path, **env: str) -> None:
    """Run a command to its end.

    Raises:
        Fault: it failed; the last thing that it said.
    """
    done = subprocess.run(
        [*words],
        env=os.environ | env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        said = done.stdout.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Fault(f"{Path(words[0]).name} failed: {said[-1].strip()}")


def install(name: str, folder: Path) -> tuple[Path, dict[str, str]]:
    """Install what is allowed; return its dbt, and what of ours has which version."""
    uv = Path(sys.executable).with_name("uv")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    lock, venv = folder / "requirements.txt", folder / "venv"
    compiled = ("--quiet", "--resolution", ALLOWED[name], "--python-version", python)
    run(uv, "pip", "compile", *compiled, "--output-file", lock, "pyproject.toml")
    run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, venv)
    run(uv, "pip", "sync", "--quiet", "--python", venv / "bin/python", lock)
    ours, _, _ = Path("pyproject.toml").read_text().partition("[project.optional")
    pins = re.findall(r"^([\w-]+)==(\S+)", lock.read_text(), re.MULTILINE)
    versions = {each: version for each, version in pins if f'"{each}>' in ours}
    return venv / "bin/dbt", versions


def build(dbt: Path, folder: Path) -> Path:
    """Build and show the sample; return the folder of its relations in Parquet."""
    database, rows = folder / "smartcrm.duckdb", folder / "rows"
    env = {
        "SMARTCRM_DB": str(database),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    run(dbt, *BUILD, **env)
    for script, *words in SHOWN:
        run(dbt.with_name("python"), f"scripts/{script}.py", *words, **env)
    rows.mkdir()
    with connect(database, read_only=True, folders=[rows]) as built:
        for (relation,) in built.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'main'"
        ).fetchall():
            columns = read_columns(built, f'"{relation}"')
            shown = ", ".join(shown_column(*column) for column in columns.items())
            built.sql(f'select {shown} from "{relation}"').write_parquet(
                str(rows / f"{relation}.parquet")
            )
    return rows


def compare(ours: Path, theirs: Path) -> dict[str, int]:
    """How many rows of each relation only one of two builds has."""
    names = {path.name for folder in (ours, theirs) for path in folder.iterdir()}
    found = {}
    with connect_in_memory() as database:
        for name in sorted(names):
            sides = [f"from '{folder / name}'" for folder in (ours, theirs)]
            found[name.removesuffix(".parquet")] = sum(
                database.sql(f"({one}) except all ({other})").shape[0]
                for one, other in (sides, sides[::-1])
            )
    return found


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all rows are equal, 1 when some are not, 2 when it can't build."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_out(parser, Path("target/versions"))
    folder = parser.parse_args(argv).out
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("locked", *ALLOWED):
        (folder / name).mkdir(parents=True)
    locked = build(Path(sys.executable).with_name("dbt"), folder / "locked")
    is_equal = True
    for name in ALLOWED:
        dbt, versions = install(name, folder / name)
        counts = compare(locked, build(dbt, folder / name))
        differing = [f"{each} {count}" for each, count in counts.items() if count]
        found = (
            f"rows that differ: {', '.join(differing)}" if differing else "all equal"
        )
        print(f"{name}: " + ", ".join(" ".join(pair) for pair in versions.items()))
        print(f"  {len(counts)} relations, {found}")
        is_equal = is_equal and not differing
    return int(not is_equal)


if __name__ == "__main__":
    raise SystemExit(main())
