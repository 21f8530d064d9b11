"""The database while a build writes it: a draft beside it, which nobody reads.

The draft begins as a copy of the last good build. It takes that one's place whole, and
only if all that was built went well; until then readers have the last good build.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from smartcrm.faults import Fault

from filelock import FileLock, Timeout

from smartcrm.warehouse import connect

# of each database that this process is building
_locks: dict[Path, FileLock] = {}


def draft_of(database: Path) -> Path:
    """Where the draft of a database is: by its name, which is its catalog's."""
    return database.with_name(f".{database.name}.draft") / database.name


def published_of(path: Path) -> Path:
    """The database that a draft is of; a path that is no draft's, as it is."""
    published = path.parent.parent / path.name
    return published if draft_of(published) == path else path


def write_ahead_log_of(database: Path) -> Path:
    """Where DuckDB keeps what a process that was killed had not yet written."""
    return database.with_name(f"{database.name}.wal")


def begin(database: Path) -> Path:
    """Make the draft of a database, and return its path.

    Raises:
        Fault: another process builds it, or the file or its folder can't be used.
    """
    draft = draft_of(database)
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(
            f"{database.parent} can't be written ({error.strerror}); set SMARTCRM_DB "
            "to a file in a folder you can write"
        ) from None
    # dbt opens its database in one thread or another
    lock = _locks.setdefault(
        database, FileLock(draft.with_name("lock"), timeout=0, thread_local=False)
    )
    try:
        # a second time in one process is no other build
        if not lock.is_locked:
            lock.acquire()
    except Timeout:
        raise Fault(
            f"{database} is being built by another process; wait for it or end it, and "
            "run this again"
        ) from None
    except OSError as error:
        raise Fault(
            f"{draft.parent} can't be written ({error.strerror}); set SMARTCRM_DB to a "
            "file in a folder you can write"
        ) from None
    if database.exists():
        # another's changes are not copied half done
        connect(database, read_only=True).close()
    try:
        for published, copy in zip(_files(database), _files(draft), strict=True):
            copy.unlink(missing_ok=True)
            if published.exists():
                shutil.copyfile(published, copy)
    except OSError as error:
        raise Fault(
            f"{draft} can't be written ({error.strerror}); free the disk or the folder"
        ) from None
    return draft


def publish(database: Path) -> None:
    """Put the draft, which is whole, in the place of the database.

    Raises:
        OSError: the disk is full, for one; the database is as it was.
    """
    draft = draft_of(database)
    whole = draft.with_name("whole")
    # a copy, since this process keeps the draft open and others out of it
    shutil.copyfile(draft, whole)
    with whole.open("rb+") as file:
        os.fsync(file.fileno())
    write_ahead_log_of(database).unlink(missing_ok=True)
    whole.replace(database)


def end(database: Path) -> None:
    """Let another process build the database."""
    if lock := _locks.pop(database, None):
        lock.release()


def _files(database: Path) -> tuple[Path, Path]:
    return database, write_ahead_log_of(database)
