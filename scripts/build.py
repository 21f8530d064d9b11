"""Decides about every lead with `dbt build`, and shows what fails or wants a look."""

from __future__ import annotations

import argparse

from smartcrm.faults import command

from smartcrm import dbt_build
from smartcrm.files.outputs import put_aside
from smartcrm.settings import add_settings, read_vars
from smartcrm.warehouse import outputs_folder


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is built, 1 when something failed, 2 when dbt can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_settings(parser)
    succeeded = dbt_build.run(values=read_vars(parser.parse_args(argv)))
    if succeeded:
        put_aside(outputs_folder())
    return int(not succeeded)


if __name__ == "__main__":
    raise SystemExit(main())
