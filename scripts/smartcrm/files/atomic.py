"""Writes a file whole or not at all, and removes one that is no longer true."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from smartcrm.faults import Fault


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Path of a temporary file beside `path`, which replaces it at the end.

    Raises:
        Fault: the folder can't be made or written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.touch()
        yield partial
        partial.replace(path)
    except OSError as error:
        raise Fault(
            f"{path} can't be written ({error.strerror or error}); free the folder or "
            "choose another with --out"
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()


@contextmanager
def write_together(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Paths of temporary files beside `paths`, which replace all of them at the end.

    Raises:
        Fault: a folder can't be made or written.
    """
    with ExitStack() as files:
        yield [files.enter_context(write_atomically(path)) for path in paths]


def write_text(path: Path, text: str) -> None:
    """Write a text file, UTF-8 with newlines as they are.

    Raises:
        Fault: the folder can't be made or written.
    """
    with write_atomically(path) as partial:
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
