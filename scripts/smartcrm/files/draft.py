"""The database while a build writes it: a draft beside it, which nobody reads.

The draft begins as a copy of the last good build. It takes that one's place whole, and
only if all that was built went well; until then readers have the last good build.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from smartcrm.faults import Fault

from filelock import FileLock, Timeout

from smartcrm.warehouse import HeldFault, connect

# how long a build that is done waits for who tries something in the database
WAIT_SECONDS = 60
WHOLE = "whole"  # the copy that takes the place of the database

# of each database that this process is building
_locks: dict[Path, FileLock] = {}
# and when its files were last written before its draft was made
_written: dict[Path, list[int]] = {}


def draft_of(database: Path) -> Path:
    """Where the draft of a database is: by its name, which is its catalog's."""
    return database.with_name(f".{database.name}.draft") / database.name


def published_of(path: Path) -> Path:
    """The database that a draft is of; a path that is no draft's, as it is."""
    published = path.parent.parent / path.name
    return published if draft_of(published) == path else path


def whole_of(database: Path) -> Path:
    """Where the copy of a draft is made: on the disk of what the database links to."""
    return draft_of(database.resolve()).with_name(WHOLE)


def write_ahead_log_of(database: Path) -> Path:
    """Where DuckDB keeps what a process that was killed had not yet written."""
    # beside the file itself, whatever links to it
    file = database.resolve()
    return file.with_name(f"{file.name}.wal")


def last_written(database: Path) -> list[int]:
    """When the files of a database that are there were last written."""
    files = (database, write_ahead_log_of(database))
    return [file.stat().st_mtime_ns for file in files if file.exists()]


@contextmanager
def reserved(database: Path) -> Iterator[None]:
    """Let no other process build a database meanwhile.

    Raises:
        Fault: another process builds it, or its folder can't be written.
    """
    _reserve(database)
    try:
        yield
    finally:
        end(database)


def _reserve(database: Path) -> None:
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


def begin(database: Path) -> Path:
    """Make the draft of a database, and return its path.

    Raises:
        Fault: another process builds it, or the file or its folder can't be used.
    """
    _reserve(database)
    draft = draft_of(database)
    # another's changes are not copied half done
    with _unchanged(database) if database.exists() else nullcontext():
        try:
            whole_of(database).unlink(missing_ok=True)
            # the log first: whoever has opened a file and closes it gives up its lock
            for name in (write_ahead_log_of, Path):
                name(draft).unlink(missing_ok=True)
                if name(database).exists():
                    shutil.copyfile(name(database), name(draft))
            _written[database] = last_written(database)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise Fault(
                f"{draft} can't be written ({error.strerror}); free the disk or the "
                "folder"
            ) from None
    return draft


def publish(database: Path) -> None:
    """Put the draft, which is whole, in the place of the database.

    Raises:
        OSError: the disk is full, for one; the database is as it was.
        Fault: another process writes to the database, and does not end, or has written
            to it since the draft was made; likewise.
    """
    draft = draft_of(database)
    whole = whole_of(database)
    try:
        # a copy, since this process keeps the draft open and others out of it
        whole.parent.mkdir(exist_ok=True)
        shutil.copyfile(draft, whole)
        with whole.open("rb+") as file:
            os.fsync(file.fileno())
        # what another process writes after this would be of a file that is gone
        wait = WAIT_SECONDS
        with _unchanged(database, wait) if database.exists() else nullcontext():
            if last_written(database) != _written[database]:
                raise Fault(
                    f"another process wrote to {database} during the build, and that "
                    "would be lost: nothing is replaced; run this again"
                )
            write_ahead_log_of(database).unlink(missing_ok=True)
            whole.replace(database.resolve())
    finally:
        whole.unlink(missing_ok=True)


def end(database: Path) -> None:
    """Let another process build the database."""
    if lock := _locks.pop(database, None):
        lock.release()


@contextmanager
def _unchanged(database: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Keep others from writing to a database, whoever reads it.

    Raises:
        Fault: another process writes to it for longer than `wait_seconds`.
    """
    end = time.monotonic() + wait_seconds
    while True:
        try:
            reader = connect(database, read_only=True)
            break
        except HeldFault:
            if time.monotonic() >= end:
                raise
            time.sleep(0.1)
    with reader:
        yield
