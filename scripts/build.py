"""Decides about every lead with `dbt build`, and shows what fails or wants a look."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Mapping

from smartcrm.faults import Fault, command

from smartcrm import dbt_build, unit_tests
from smartcrm.files.outputs import put_aside
from smartcrm.settings import SETTINGS, add_settings, read_vars
from smartcrm.warehouse import built_warehouse, outputs_folder

# what is given for one day, or need not be given again
OF_THE_DAY = {"as_of_date", "max_left_share", "max_backward_share"}


def read_notices() -> list[str]:
    """What the commands that follow in `make` say of the last build by themselves."""
    with built_warehouse() as connection:
        rows = connection.execute(
            "select notice from input_notices union all"
            " select notice from current_build where notice is not null union all"
            " select hold_reason from crm_update_files where hold_reason is not null"
        ).fetchall()
    return [dbt_build.brief(notice) for (notice,) in rows]


def find_left_out(values: Mapping[str, object]) -> list[str]:
    """What the last build was given and this one is not, in a line, if there is any."""
    try:
        with built_warehouse() as connection:
            ((said,),) = connection.execute("select vars from build_status").fetchall()
    except Fault:  # there is none, or nobody can read it
        return []
    last = json.loads(said)
    left_out = {
        option.replace("-", "_").upper(): last[var]
        for option, var, *_ in SETTINGS
        if var in last.keys() - values.keys() - OF_THE_DAY
    }
    # of the sample alone none is missed
    if not left_out or "leads_path" not in values:
        return []
    words = (
        f"{name}={shlex.quote(','.join(each) if isinstance(each, list) else str(each))}"
        for name, each in left_out.items()
    )
    return [
        f"the last build had {' '.join(words)}, and this one has not: what changes for "
        "want of it, the history takes for news of the leads. Where that is not meant, "
        "build again with it for the same day"
    ]


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
    missed = find_left_out(values)
    warnings: list[str] = []
    succeeded = dbt_build.run(*words, values=values, warnings=warnings)
    if succeeded:
        unit_tests.remember(state)
        put_aside(outputs_folder())
        notices = read_notices() if options.summed_up else ()
        dbt_build.warn(each for each in warnings if each not in notices)
    # it may be why a build failed
    dbt_build.warn(missed)
    return int(not succeeded)


if __name__ == "__main__":
    raise SystemExit(main())
