"""A progress bar on the terminal; without a terminal there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")


def progress(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items as they come, while a bar on stderr shows how many of `total` have."""
    console = Console(stderr=True)
    yield from track(
        items, what, total=total, console=console, disable=not console.is_terminal
    )
