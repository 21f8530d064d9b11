"""Decides about every lead with `dbt build`, and shows what fails or wants a look."""

from __future__ import annotations

import argparse

from smartcrm.faults import command

from smartcrm import dbt_build, unit_tests
from smartcrm.files.outputs import put_aside
from smartcrm.settings import add_settings, read_vars
from smartcrm.warehouse import built_warehouse, outputs_folder


def read_notices() -> list[str]:
    """What the commands that follow in `make` say of the last build by themselves."""
    with built_warehouse() as connection:
        rows = connection.execute(
            "select notice from input_notices union all"
            " select notice from current_build where notice is not null union all"
            " select hold_reason from crm_update_files where hold_reason is not null"
        ).fetchall()
    return [dbt_build.brief(notice) for (notice,) in rows]


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is built, 1 when something failed, 2 when dbt can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_settings(parser)
    parser.add_argument(
        "--summed-up",
        action="store_true",
        help="leave its notices to the CSVs' command and the summary, which follow",
    )
    options = parser.parse_args(argv)
    values = read_vars(options)
    state = unit_tests.state_of_project(values)
    words = unit_tests.LEFT_OUT if unit_tests.have_passed(state) else ()
    warnings: list[str] = []
    succeeded = dbt_build.run(*words, values=values, warnings=warnings)
    if succeeded:
        unit_tests.remember(state)
        put_aside(outputs_folder())
        notices = read_notices() if options.summed_up else ()
        dbt_build.warn(each for each in warnings if each not in notices)
    return int(not succeeded)


if __name__ == "__main__":
    raise SystemExit(main())
