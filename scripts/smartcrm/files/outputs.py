"""What the commands write to the outputs' folder, and where it goes when it is old."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from smartcrm.faults import Fault

from smartcrm.files.atomic import write_text

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
UNFINISHED = "unfinished.txt"
NOTE = """A build has begun and is not finished: the database is part old, part new.
What an earlier build wrote is in earlier/.
"""


def find_written(folder: Path) -> Iterator[Path]:
    """Files and folders that the commands wrote to a folder."""
    for pattern in WRITTEN:
        yield from folder.glob(pattern)


def begin_build(folder: Path) -> None:
    """Note that a build begins, and move what an earlier one wrote to earlier/.

    Raises:
        Fault: the folder can't be written, or a file can't be moved.
    """
    write_text(folder / UNFINISHED, NOTE)
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


def end_build(folder: Path) -> None:
    """Note that the build has finished, and all went well."""
    (folder / UNFINISHED).unlink(missing_ok=True)


def check_finished(folder: Path) -> None:
    """Refuse to publish what a build has left half done.

    Raises:
        Fault: the last build failed, or is still at work.
    """
    note = folder / UNFINISHED
    if note.exists():
        raise Fault(
            f"{note} says that the last build did not finish; run make to the end, or "
            "delete the file after a `dbt build` that went well"
        )
