"""Write made-up CRM leads, and what they and we did: the same seed, the same world.

The data is synthetic: no lead, company or sales owner in it is a real one. Where no
file is named, it rewrites the sample.
"""

import argparse
from pathlib import Path

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.world.writing import write_world

# The sample: leads, activities and stage changes, and the truth that no model reads.
SAMPLE = {
    "leads": Path("seeds/leads_cleaned_1000.csv"),
    "activities": Path("seeds/activities.csv"),
    "stage_changes": Path("seeds/stage_changes.csv"),
    "truth": Path("tests/python/data/sample_truth.csv"),
}
MAX_ROWS = 100_000_000


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
