"""Take the README's pictures: the funnel page, and the graph of the models.

Both show the last `dbt build`; the graph is drawn from the manifest that dbt left.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader

from build_presentation import TEMPLATES, headless_browser, palette
from plot_conversion_funnel import NAME, TITLE
from smartcrm.faults import Fault
from smartcrm.files.atomic import write_atomically
from smartcrm.pages.page import read_parts, render_page
from smartcrm.warehouse import built_warehouse

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LAYERS = ("seeds", "staging", "decisions", "marts", "history")
COLUMN, ROW, WIDTH, HEIGHT = 286, 62, 218, 38
VIEW = {"width": 1440, "height": 900}


class Node(NamedTuple):
    """A model, seed or snapshot and where it stands in the picture, in pixels."""

    name: str
    layer: str
    x: int
    y: int


def read_graph() -> tuple[dict[str, str], dict[str, set[str]]]:
    """The layer of each node of dbt's manifest, and the nodes that each reads.

    Raises:
        Fault: there is no manifest.
    """
    path = Path(os.environ.get("DBT_TARGET_PATH", "target"), "manifest.json")
    if not path.exists():
        raise Fault(f"{path} is not there; run `dbt build` first")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    layers, reads = {}, {}
    for key, node in manifest["nodes"].items():
        layer = (
            "seeds" if node["resource_type"] == "seed" else Path(node["path"]).parts[0]
        )
        if node["resource_type"] in ("model", "seed", "snapshot") and layer in LAYERS:
            layers[key] = layer
            reads[key] = set(node["depends_on"].get("nodes", ()))
    return layers, {key: found & layers.keys() for key, found in reads.items()}


def upstream(key: str, reads: dict[str, set[str]]) -> set[str]:
    """All nodes that a node depends on, directly or through others."""
    return set().union(*({other} | upstream(other, reads) for other in reads[key]))


def lay_out(
    layers: dict[str, str], reads: dict[str, set[str]]
) -> tuple[list[Node], list[str]]:
    """A column a layer, what is read above what reads it; and the edges as SVG paths.

    An edge that a longer way through the graph implies is left out.
    """
    above = {key: upstream(key, reads) for key in layers}
    nodes = {}
    for column, layer in enumerate(LAYERS):
        inside = [key for key, its_layer in layers.items() if its_layer == layer]
        inside.sort(key=lambda key: (len(above[key]), key))
        for row, key in enumerate(inside):
            x, y = 20 + column * COLUMN, 70 + row * ROW
            nodes[key] = Node(key.split(".")[2], layer, x, y)
    paths = []
    for key, found in sorted(reads.items()):
        implied = set().union(*(above[other] for other in found))
        for other in sorted(found - implied):
            paths.append(_path(nodes[other], nodes[key]))
    return list(nodes.values()), paths


def _path(start: Node, end: Node) -> str:
    if start.x == end.x and end.y - start.y == ROW:
        return f"M{start.x + WIDTH // 2} {start.y + HEIGHT}V{end.y}"
    above, below = start.y + HEIGHT // 2, end.y + HEIGHT // 2
    left = start.x + (WIDTH if start.x <= end.x else 0)
    right = end.x + (WIDTH if start.x >= end.x else 0)
    bend = left + 44 if start.x == end.x else (left + right) // 2
    return f"M{left} {above}C{bend} {above} {bend} {below} {right} {below}"


def render_lineage(nodes: list[Node], paths: list[str]) -> str:
    """A page with nothing but the graph."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return environment.get_template("presentation.lineage.html").render(
        nodes=nodes,
        paths=paths,
        layers=LAYERS,
        palette=palette(),
        size=(VIEW["width"], max(node.y for node in nodes) + 58),
        node=(WIDTH, HEIGHT),
        column=COLUMN,
    )


def shoot(browser: Browser, html: str, path: Path, until: str) -> None:
    """Write a PNG of the page from its top down to the end of an element."""
    page = browser.new_page(viewport=VIEW, color_scheme="light")
    page.set_content(html)
    page.wait_for_timeout(300)
    box = page.locator(until).bounding_box()
    height = round(box["y"] + box["height"])
    clip = {"x": 0, "y": 0, "width": VIEW["width"], "height": height}
    with write_atomically(path) as partial:
        partial.write_bytes(page.screenshot(clip=clip, full_page=True))
    page.close()
    print(path)


def main(argv: list[str] | None = None) -> int:
    """Write the pictures and print their paths; 2 if they can't be taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("docs/pictures"), help="folder to write to"
    )
    out = parser.parse_args(argv).out
    try:
        with built_warehouse() as connection:
            page = read_parts(connection, f"{NAME}.sql")
        funnel = render_page(NAME, TITLE, page)
        graph = render_lineage(*lay_out(*read_graph()))
        with headless_browser() as browser:
            shoot(browser, funnel, out / "conversion_funnel.png", ".charts")
            shoot(browser, graph, out / "lineage.png", "svg")
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
