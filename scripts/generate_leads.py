"""Write made-up CRM leads, and what they and we did: the same seed, the same world.

The data is synthetic: no lead, company or sales owner in it is a real one. Where no
file is named, it rewrites the sample.
"""

import argparse
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.files.atomic import write_together
from smartcrm.warehouse import connect_in_memory
from smartcrm.world.making import begin_world, make_leads
from smartcrm.world.parameters import sample_values

# The sample: leads, activities and stage changes, and the truth that no model reads.
SAMPLE = {
    "leads": Path("seeds/leads_cleaned_1000.csv"),
    "activities": Path("seeds/activities.csv"),
    "stage_changes": Path("seeds/stage_changes.csv"),
    "truth": Path("tests/python/data/sample_truth.csv"),
}
LAST_DAY = date(2026, 10, 31)
ARRIVAL_DAYS = 545
MAX_ROWS = 100_000_000
# As many leads at a time as fit into little memory, with all that happened to them.
CHUNK = 50_000


def write_world(
    paths: dict[str, Path],
    rows: int,
    seed: int,
    threads: int = 1,
    values: Mapping[str, float] | None = None,
) -> None:
    """Write the named tables of the world, all of them whole or none.

    Args:
        paths: a .csv or .parquet file for each of the tables wanted, named as SAMPLE's.
        values: the numbers that the world is made by; the sample's if none.

    Raises:
        Fault: a folder can't be made or written.
        duckdb.Error: the disk is full, for one.
    """
    # One thread is as fast as many here and hears Ctrl-C, which others often miss;
    # DuckDB 2 can hang where Ctrl-C meets an asynchronous write.
    writes = {} if duckdb.__version__.startswith("1.") else {"async_threads": 0}
    with ExitStack() as stack:
        begin = stack.enter_context(write_together())
        drafts = {name: begin(path) for name, path in paths.items()}
        beside = next(iter(paths.values())).parent
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix=".world-", dir=beside)
        )
        database = stack.enter_context(connect_in_memory(threads=threads, **writes))
        kept = {"path": str(Path(folder, "kept.duckdb"))}
        database.execute("attach $path as kept", kept)
        begin_world(
            database,
            values or sample_values(),
            seed=seed,
            last_day=LAST_DAY,
            days=ARRIVAL_DAYS,
            id_digits=max(4, len(str(rows))),
        )
        for first in range(0, max(rows, 1), CHUNK):
            make_leads(database, first, min(first + CHUNK, rows))
            for name in paths:
                database.execute(
                    f"create table if not exists kept.{name} as from {name} limit 0;"
                    f"insert into kept.{name} from {name}"
                )
        for name, draft in drafts.items():
            database.execute(
                f"copy kept.{name} to $path (format $format, use_tmp_file false)",
                {"path": str(draft), "format": paths[name].suffix.lower()[1:]},
            )


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the files are written; exit with 2 and one line when not."""
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=2295, help="default: %(default)s")
    parser.add_argument("--out", dest="leads", type=Path, help="the leads")
    parser.add_argument("--activities", type=Path, help="what they did, and we")
    parser.add_argument("--stage-changes", type=Path, help="when the CRM moved them")
    parser.add_argument("--truth", type=Path, help="what no CRM knows of them")
    args = parser.parse_args(argv)
    named = {name: getattr(args, name) for name in SAMPLE if getattr(args, name)}
    paths = named or SAMPLE
    if not 0 <= args.rows <= MAX_ROWS:
        parser.error(f"--rows takes 0 to {MAX_ROWS}, not {args.rows}")
    for path in paths.values():
        if path.suffix.lower() not in (".csv", ".parquet") or path.is_dir():
            parser.error(f"a .csv or .parquet file can be written, not {path}")
        if [other.resolve() for other in paths.values()].count(path.resolve()) > 1:
            parser.error(f"each table needs a file of its own, not {path} twice")
    try:
        write_world(paths, args.rows, args.seed)
    except Fault:
        raise
    except (OSError, duckdb.Error) as error:
        raise Fault(f"nothing written: {str(error).splitlines()[0]}") from None
    except (KeyboardInterrupt, RuntimeError) as error:  # Ctrl-C, as DuckDB has it
        parser.exit(130, f"nothing written: {str(error) or 'interrupted'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
