"""A fault that a user can mend: one line on stderr, and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps

from smartcrm.terminal import plain_lines

Command = Callable[[list[str] | None], int]


class Fault(RuntimeError):
    """What is wrong, where, and what to do about it, in one line."""


def command(main: Command) -> Command:
    """A command that reports its faults: 2 for a Fault, 130 for Ctrl-C."""

    @wraps(main)
    def run(argv: list[str] | None = None) -> int:
        try:
            code = main(argv)
            sys.stdout.flush()
            return code
        except BrokenPipeError:  # who reads what is printed has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except Fault as fault:
            print(plain_lines(fault), file=sys.stderr)
            return 2
        except (KeyboardInterrupt, RuntimeError) as error:
            # Ctrl-C while DuckDB answers a query comes as a RuntimeError
            if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
                raise
            print("interrupted", file=sys.stderr)
            return 130

    return run
