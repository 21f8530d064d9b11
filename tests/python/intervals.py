"""Wilson's interval of a rate, and of one that leads have several rows of."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

Z = 1.959963984540054


def wilson(part: float, whole: float) -> tuple[float, float]:
    """Low and high of Wilson's 95 % interval, by the textbook."""
    middle = part + Z * Z / 2
    reach = Z * sqrt(part * (whole - part) / whole + Z * Z / 4)
    return (middle - reach) / (whole + Z * Z), (middle + reach) / (whole + Z * Z)


def interval(groups: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """Wilson's bounds of the share of rows that count, which leads have several of.

    `groups` has, for each lead, its rows and how many of them count.
    """
    groups = [(row_count, part) for row_count, part in groups if row_count]
    total, part = (sum(column) for column in zip(*groups, strict=True))
    share = part / total
    variance = sum((y - share * m) ** 2 for m, y in groups) / total**2
    worth = share * (1 - share) / variance if variance > 1e-15 else 1
    worth = min(max(worth, 1), total) if 0 < share < 1 else len(groups)
    centre = share + Z**2 / (2 * worth)
    half = Z * sqrt(share * (1 - share) / worth + Z**2 / (4 * worth**2))
    scale = 1 + Z**2 / worth
    return (centre - half) / scale, (centre + half) / scale
