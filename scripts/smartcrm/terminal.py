"""Text that we did not write, as a terminal may have it."""

from __future__ import annotations


def plain(value: object) -> str:
    """A value as one line that can't steer a terminal, nor turn what is beside it."""
    text = "-" if value is None else str(value)
    return "".join(character if character.isprintable() else "?" for character in text)


def plain_lines(text: object) -> str:
    """The same of several lines of ours, which stay lines."""
    return "\n".join(map(plain, str(text).split("\n")))
