"""The models and what each reads, as folders of nodes for a Mermaid flowchart."""

from __future__ import annotations

from pathlib import Path

import networkx

from smartcrm.warehouse import Row

FOLDERS = ("seeds", "staging", "decisions", "marts", "history", "actions")


def read_graph(nodes: dict[str, Row]) -> dict[str, list]:
    """Names of the nodes by folder, and the edges that no longer path implies.

    Args:
        nodes: those of dbt's manifest, by their unique id.
    """
    folders: dict[str, list[str]] = {folder: [] for folder in FOLDERS}
    graph = networkx.DiGraph()
    for key, node in sorted(nodes.items()):
        is_seed = node["resource_type"] == "seed"
        folder = "seeds" if is_seed else Path(node["path"]).parts[0]
        if node["resource_type"] in ("model", "seed", "snapshot") and folder in FOLDERS:
            folders[folder].append(node["name"])
            graph.add_node(key, name=node["name"])
    for key in list(graph):
        parents = nodes[key].get("depends_on", {}).get("nodes", ())
        graph.add_edges_from((one, key) for one in parents if one in graph)
    edges = networkx.transitive_reduction(graph).edges
    names = networkx.get_node_attributes(graph, "name")
    return {
        "folders": list(folders.items()),
        "edges": sorted((names[start], names[end]) for start, end in edges),
    }
