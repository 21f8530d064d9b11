"""Reads what a template shows from the warehouse, and fills the template with it.

Each SQL template makes one temporary relation `part_*` for each part of what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from smartcrm.terminal import plain
from smartcrm.warehouse import Row, read_rows

TEMPLATES = Path(__file__).parents[1] / "templates"

Parts = dict[str, list[Row]]


# what Markdown takes for markup, and addresses for links
MARKUP = re.compile(r"[\\`*_\[\]<>&|#~!@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def inline(text: str | None) -> str:
    """Somebody's words as a line of Markdown that shows them as they are."""
    return MARKUP.sub(r"\\\g<0>", plain(" ".join((text or "").split())))


def fenced(text: str) -> str:
    """A text as a block of Markdown that nothing in it can end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(4, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def environment(template: str = "") -> Environment:
    """The template engine, in which no value may be missing.

    HTML has its values escaped, and what is for a terminal can't steer it.
    """
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=plain if template.endswith(".txt") else None,
        trim_blocks=True,
        lstrip_blocks=template.endswith(".html"),
    )
    engine.filters |= {"inline": inline, "fenced": fenced}
    return engine


def read_parts(connection: duckdb.DuckDBPyConnection, *templates: str) -> Parts:
    """Rows of each `part_*` that SQL templates make, by the rest of its name.

    Raises:
        duckdb.CatalogException: a mart is missing.
    """
    parts: Parts = {}
    for template in templates:
        sql = environment().get_template(template).render()
        connection.execute(sql)
        for part in re.findall(r"^create temp \w+ part_(\w+)", sql, re.MULTILINE):
            parts[part] = read_rows(connection, f"from part_{part}")
    return parts


def render(
    template: str, values: dict, filters: dict[str, Callable] | None = None
) -> str:
    """Text of a template with its values filled in."""
    engine = environment(template)
    engine.filters |= filters or {}
    return engine.get_template(template).render(values)


def palette() -> str:
    """The colours of the pages in daylight, as CSS variables."""
    css = (TEMPLATES / "pages/frame.css").read_text(encoding="utf-8")
    return css.partition("}")[0] + "}"
