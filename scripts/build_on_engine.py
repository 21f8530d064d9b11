"""Builds and tests the sample on another engine, which is started for it."""

from __future__ import annotations

import argparse
import os

from smartcrm.faults import command

from smartcrm import dbt_build
from smartcrm.engines import ENGINES


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is built, 1 when something failed, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES, help="the target to build")
    engine = parser.parse_args(argv).engine
    os.environ.setdefault("DBT_TARGET_PATH", f"target/{engine}/dbt")
    with ENGINES[engine]():
        succeeded = dbt_build.run("--target", engine, values={})
    if succeeded:
        print(f"The sample is built and tested on {engine}")
    return int(not succeeded)


if __name__ == "__main__":
    raise SystemExit(main())
