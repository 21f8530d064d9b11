"""A fault that a user can mend: one line on stderr, and exit code 2."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps

from smartcrm.terminal import plain_lines

FULL = os.strerror(errno.ENOSPC)

Command = Callable[[list[str] | None], int]


class Fault(RuntimeError):
    """What is wrong, where, and what to do about it, in one line."""


def check_room(*messages: str, kept: str = "") -> None:
    """Say in one line that the disk is full, where any message of the engine does.

    Args:
        messages: what was said, by as many as could not write.
        kept: what is as it was in spite of it, to be said last.

    Raises:
        Fault: it is.
    """
    if any(FULL in message for message in messages):
        raise Fault(
            f"The disk of the database, target/ or logs/ is full ({FULL}): free it and "
            f"run this again{kept}"
        )


def command(main: Command) -> Command:
    """A command that reports its faults: 2 for a Fault, 130 for Ctrl-C."""

    @wraps(main)
    def run(argv: list[str] | None = None) -> int:
        try:
            code = main(argv)
            sys.stdout.flush()
            return code
        except BrokenPipeError:  # who reads what is printed has read enough
            _hush()
            return 0
        except OSError as error:
            _hush()
            what = error.filename or "what is printed"
            print(
                f"{what} can't be read or written ({error.strerror or error}); free it "
                "and run this again",
                file=sys.stderr,
            )
            return 2
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


def _hush() -> None:
    """Print nothing more, not even what Python prints at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
