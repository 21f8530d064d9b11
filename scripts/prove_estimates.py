"""Judges every estimate by worlds whose truth is known; writes docs/proof.md.

Each world is synthetic, with a seed of its own; the truth is what came of it on days
that were kept back, or what a world of the same kind comes to that is so big that
nothing needs to be estimated. The quick form leaves out what takes long, the price of
a candidate and `make tune`, and writes no page.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from smartcrm.faults import command

from smartcrm.files.atomic import write_text
from smartcrm.options import add_out
from smartcrm.proof.estimators import ESTIMATORS
from smartcrm.proof.verdicts import judge, kept, render_page, render_table
from smartcrm.proof.worlds import SLOW_MODELS, Worlds

FOLDER = Path("target/prove")


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when what falls short is explained, 1 if not, 2 if it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100, help="default: %(default)s")
    parser.add_argument(
        "--truth-leads", type=int, default=300_000, help="default: %(default)s"
    )
    parser.add_argument("--quick", action="store_true", help="the quick form")
    add_out(parser, Path("docs/proof.md"))
    options = parser.parse_args(argv)
    for name in ("worlds", "truth_leads"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} takes 1 or more")
    shutil.rmtree(FOLDER, ignore_errors=True)
    Worlds(FOLDER, is_quick=options.quick).make(options.worlds, options.truth_leads)
    judged = [
        each for each in ESTIMATORS if not (options.quick and each.model in SLOW_MODELS)
    ]
    with kept(FOLDER) as worlds:
        verdicts = [judge(each, worlds) for each in judged]
    print(render_table(verdicts))
    if not options.quick:
        page = render_page(verdicts, options.worlds, options.truth_leads)
        write_text(options.out, page)
        print(options.out)
    return int(any(row.fault and not row.estimator.why for row in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
