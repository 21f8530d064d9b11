"""Runs a command in a process of its own, and says what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from smartcrm.faults import Fault

# ru_maxrss is in KiB, but in bytes on macOS
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Cost(NamedTuple):
    """What a run took: seconds, seconds of all processors, and bytes at its peak."""

    wall: float
    cpu: float
    memory: float

    def __add__(self, other: Cost) -> Cost:  # type: ignore[override]
        """Both, one after the other."""
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.memory, other.memory),
        )


def run(command: Sequence[str | Path], folder: Path, env: dict[str, str]) -> Cost:
    """The cost of a command and its children; what it prints is shown if it fails.

    Raises:
        Fault: it failed.
    """
    words = [str(word) for word in command]
    started = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Fault(f"`{' '.join(words)}` failed; see its lines above")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * RSS_UNIT)


def middle(measure: Callable[[], Cost], repeats: int) -> Cost:
    """The median of each figure over so many runs."""
    costs = [measure() for _ in range(repeats)]
    return Cost(*(median(figures) for figures in zip(*costs, strict=True)))
