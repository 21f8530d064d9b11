"""Makes one HTML file of what a page shows; it asks nothing of the network.

A page's HTML extends frame.html; its CSS and JS stand behind those that all share.
"""

from __future__ import annotations

import json
import re

from plotly.offline import get_plotlyjs

from smartcrm.pages.rendering import TEMPLATES, Parts, render


def render_json(parts: Parts) -> str:
    """JSON that can neither end nor open anything in the HTML around it.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(
        parts, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    )
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def read_assets(name: str, suffix: str) -> str:
    """What all pages share of a kind, then what this page adds to it, if anything."""
    files = (TEMPLATES / "pages" / f"{each}.{suffix}" for each in ("frame", name))
    return "".join(path.read_text(encoding="utf-8") for path in files if path.exists())


def render_page(name: str, parts: Parts) -> str:
    """The whole page, with its style, script, data and plotly inside."""
    values = {
        "style": read_assets(name, "css"),
        "script": read_assets(name, "js"),
        "plotly": get_plotlyjs(),
        "data": render_json(parts),
    }
    return render(f"pages/{name}.html", values)
