"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from smartcrm.faults import Fault


def read_out(argv: list[str] | None, about: str | None, default: Path) -> Path:
    """Where a command that has no other option writes to.

    Args:
        argv: words of the command line.
        about: what the command does, for its help.
        default: file or folder, as seen from the project's folder.

    Raises:
        Fault: it is a file of another kind.
    """
    parser = argparse.ArgumentParser(description=about)
    add_out(parser, default)
    out = parser.parse_args(argv).out
    if default.suffix and out.suffix != default.suffix and not out.is_dir():
        raise Fault(f"--out is '{out}'; name a file that ends in {default.suffix}")
    return out


def add_out(parser: argparse.ArgumentParser, default: Path) -> None:
    """Add the option that says where to write to."""
    kind = "file" if default.suffix else "folder"
    parser.add_argument(
        "--out",
        type=Path,
        default=default,
        help=f"{kind} to write (default: %(default)s)",
    )
