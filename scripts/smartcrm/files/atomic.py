"""Writes files whole or not at all, and removes one that is no longer true."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from smartcrm.faults import Fault

Begin = Callable[[Path], Path]


@contextmanager
def write_together() -> Iterator[Begin]:
    """A function from a path to the temporary file beside it that is to replace it.

    All of them do at the end, in the order in which they were begun, or none does.

    Raises:
        Fault: a folder can't be made, or the file that was begun last be written.
    """
    partials: dict[Path, Path] = {}
    path = Path()  # that is worked at

    def begin(wanted: Path) -> Path:
        nonlocal path
        path = wanted
        partials[path] = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        partials[path].touch()
        return partials[path]

    try:
        yield begin
        for path in partials:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        for path, partial in partials.items():
            partial.replace(path)
    except OSError as error:
        raise Fault(
            f"{path} can't be written ({error.strerror or error}); free the folder or "
            "choose another with --out"
        ) from None
    finally:
        for partial in partials.values():
            with suppress(OSError):
                partial.unlink()


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Path of a temporary file beside `path`, which replaces it at the end.

    Raises:
        Fault: the folder can't be made or written.
    """
    with write_together() as begin:
        yield begin(path)


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8 with newlines as they are.

    Raises:
        Fault: the folder can't be made or written.
    """
    with write_atomically(path) as partial:
        put_text(partial, text)


def put_text(partial: Path, text: str) -> None:
    """The same, into a temporary file.

    Raises:
        OSError: it can't be written.
    """
    partial.write_text(text, encoding="utf-8", newline="\n")


def remove(path: Path) -> None:
    """Remove a file, if it is there.

    Raises:
        Fault: it can't be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(
            f"{path} is an earlier build's and can't be removed ({error.strerror}); "
            "delete it"
        ) from None
