"""Reads what a page shows and makes one HTML file of it, which needs no network.

A page's SQL template makes a relation `page_*` of each part. Its HTML goes into
page.html, its CSS and JS behind those that all pages share.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

import duckdb
from plotly.offline import get_plotlyjs
from warehouse import Row, read_rows

TEMPLATES = Path(__file__).with_name("templates")

Page = dict[str, list[Row]]


def read_template(name: str) -> str:
    """Text of a template; empty if there is none of that name."""
    path = TEMPLATES / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def read_parts(connection: duckdb.DuckDBPyConnection, template: str) -> Page:
    """Rows of each `page_*` that a SQL template makes, by the rest of its name.

    Raises:
        duckdb.CatalogException: a mart is missing.
    """
    sql = read_template(template)
    connection.execute(sql)
    parts = re.findall(r"^create temp \w+ page_(\w+)", sql, re.MULTILINE)
    return {part: read_rows(connection, f"from page_{part}") for part in parts}


def render_json(page: Page) -> str:
    """JSON that can neither end nor open anything in the HTML around it.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(
        page, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    )
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def render_page(name: str, title: str, page: Page) -> str:
    """The whole page, with its style, script, data and plotly inside."""
    return Template(read_template("page.html")).substitute(
        title=title,
        style=read_template("page.css") + read_template(f"{name}.css"),
        body=read_template(f"{name}.html"),
        plotly=get_plotlyjs(),
        data=render_json(page),
        script=read_template("page.js") + read_template(f"{name}.js"),
    )
