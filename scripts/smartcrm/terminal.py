"""Texts and numbers for a terminal, also those that we did not write."""

from __future__ import annotations

import math
from collections.abc import Sequence


def plain(value: object) -> str:
    """A value as one line that can't steer a terminal, nor turn what is beside it."""
    text = "-" if value is None else str(value)
    return "".join(character if character.isprintable() else "?" for character in text)


def plain_lines(text: object) -> str:
    """The same of several lines of ours, which stay lines."""
    return "\n".join(map(plain, str(text).split("\n")))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        lines.append("  ".join(["", *cells]).rstrip())
    return "\n".join(lines)


def percent(share: float | None) -> str:
    """A share between 0 and 1 in words, with a digit more where it is small."""
    if share is None:
        return "-"
    return f"{share:.1%}" if 0 < share < 0.01 else f"{share:.0%}"


def number(value: float | None) -> str:
    """A number of calls, with a digit behind the point where it is not whole."""
    if value is None:
        return "-"
    return f"{math.floor(value * 10 + 0.5) / 10:,.1f}".removesuffix(".0")


def more_or_less(value: float, one: str) -> str:
    """How many more or less there are of something."""
    size = number(abs(value))
    word = one if size == "1" else f"{one}s"
    return f"{size} {'more' if value > 0 else 'fewer'} {word}"
