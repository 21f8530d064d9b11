"""Makes a page out of what it shows: one HTML file that asks nothing of the network.

A page's HTML extends frame.html; its CSS and JS stand behind those that all share.
"""

from __future__ import annotations

import base64
import gzip
import json
import re

import duckdb
from itables.utils import read_package_file
from plotly.offline import get_plotlyjs

from smartcrm.pages.rendering import TEMPLATES, Parts, read_parts, render


def pack(parts: Parts) -> str:
    """JSON of the parts, compressed, in letters that can't end the HTML around them.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(
        parts, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    )
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def read_assets(name: str, suffix: str) -> str:
    """What all pages share of a kind, then what this one adds, its main file last."""
    folder = TEMPLATES / "pages"
    parts = sorted(folder.glob(f"{name}.*.{suffix}"))
    files = (folder / f"frame.{suffix}", *parts, folder / f"{name}.{suffix}")
    return "".join(path.read_text(encoding="utf-8") for path in files if path.exists())


def read_datatables() -> str:
    """DataTables, which comes as a module, as a script that others can use."""
    bundle = read_package_file("html", "dt_bundle.js")
    exported = r"export\{[^}]*?([$\w]+) as default[^}]*\};?\s*$"
    return re.sub(exported, r"window.DataTable=\1;", bundle, flags=re.MULTILINE)


def render_page(name: str, parts: Parts) -> str:
    """The whole page, with its style, script, data and libraries inside."""
    values = {
        "style": read_assets(name, "css"),
        "script": read_assets(name, "js"),
        "plotly": get_plotlyjs(),
        "datatables": read_datatables(),
        "datatables_style": read_package_file("html", "dt_bundle.css"),
        "data": pack(parts),
    }
    return render(f"pages/{name}.html", values)


def draw_page(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The page of what the last build has, by the SQL that stands beside its HTML."""
    return render_page(name, read_parts(connection, f"pages/{name}.sql"))
