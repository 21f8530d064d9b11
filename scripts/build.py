"""Decides about every lead with `dbt build`, and shows what fails or wants a look."""

from __future__ import annotations

import argparse

from smartcrm.faults import command

from smartcrm import dbt_build
from smartcrm.files.outputs import EARLIER, begin_build, end_build
from smartcrm.settings import add_settings, read_vars
from smartcrm.warehouse import connect, database_path, outputs_folder


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is built, 1 when something failed, 2 when dbt can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_settings(parser)
    values = read_vars(parser.parse_args(argv))
    folder = outputs_folder()
    if database_path().exists():  # while another holds it, nothing begins
        connect(database_path(), read_only=False).close()
    begin_build(folder)
    earlier = folder / EARLIER
    note = f"\nAn earlier build's files: {earlier}" if earlier.exists() else ""
    succeeded = dbt_build.run(values=values, note=note)
    if succeeded:
        end_build(folder)
    return int(not succeeded)


if __name__ == "__main__":
    raise SystemExit(main())
