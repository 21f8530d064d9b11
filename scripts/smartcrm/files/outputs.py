"""What the commands write to the outputs' folder, and where it goes when it is old."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from smartcrm.faults import Fault

# What else is in the folder is somebody's own.
WRITTEN = (
    "build.json",
    "conversion_funnel.html",
    "crm_updates_*.csv",
    "leads_with_*.csv",
    "opportunity_leads.csv",
    "reactivation_emails.csv",
    "simulation.html",
    "simulation_*.csv",
    "tuning.html",
    "what_if.html",
    "what_if_moves.csv",
    "worklists",
    "worklists.xlsx",
)
EARLIER = "earlier"


def find_written(folder: Path) -> Iterator[Path]:
    """Files and folders that the commands wrote to a folder."""
    for pattern in WRITTEN:
        yield from folder.glob(pattern)


def put_aside(folder: Path) -> None:
    """Move what an earlier build wrote to earlier/, once another has finished.

    Raises:
        Fault: a file can't be moved.
    """
    earlier = folder / EARLIER
    written = [*find_written(folder)]
    try:
        for path in find_written(earlier) if written else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in written:
            earlier.mkdir(exist_ok=True)
            path.replace(earlier / path.name)
    except OSError as error:
        raise Fault(
            f"{error.filename} can't be moved to {earlier} ({error.strerror}); "
            "free it, or name another database with SMARTCRM_DB"
        ) from None
