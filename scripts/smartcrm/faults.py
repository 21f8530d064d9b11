"""A fault that a user can mend: one line on stderr, and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps

Command = Callable[[list[str] | None], int]


class Fault(RuntimeError):
    """What is wrong, where, and what to do about it, in one line."""


def command(main: Command) -> Command:
    """A command that reports its faults: 2 for a Fault, 130 for Ctrl-C."""

    @wraps(main)
    def run(argv: list[str] | None = None) -> int:
        try:
            return main(argv)
        except Fault as fault:
            print(fault, file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130

    return run
