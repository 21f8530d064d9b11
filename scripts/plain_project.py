"""Writes a dbt project that decides nothing: the bar that the benchmark measures by."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path


def write_plain_project(folder: Path, manifest: dict) -> None:
    """Write a project with as many nodes of each kind, each of which selects 1."""
    kinds = Counter(node["resource_type"] for node in manifest["nodes"].values())
    materialized = [
        node["config"]["materialized"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "snapshot")
    ]
    for name in ("models", "seeds"):
        (folder / name).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: bar\nversion: 0.1.0\nprofile: bar\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "bar:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n"
        "      path: \"{{ env_var('SMARTCRM_DB') }}\"\n      threads: 2\n"
    )
    models = []
    for number, kind in enumerate(materialized):
        kind = "table" if kind == "snapshot" else kind
        (folder / f"models/model_{number}.sql").write_text(
            f"{{{{ config(materialized='{kind}') }}}} select 1 as one"
        )
        # as many generic tests as ours has, spread over the models
        tests = [
            {"accepted_values": {"arguments": {"values": [1, test]}}}
            for test in range(number, kinds["test"], len(materialized))
        ]
        column = {"name": "one", "data_tests": tests}
        models.append({"name": f"model_{number}", "columns": [column]})
    for number in range(kinds["seed"]):
        (folder / f"seeds/seed_{number}.csv").write_text("one\n1\n")
    unit_tests = [
        {
            "name": f"unit_test_{number}",
            "model": "model_0",
            "given": [],
            "expect": {"rows": [{"one": 1}]},
        }
        for number in range(len(manifest["unit_tests"]))
    ]
    (folder / "models/models.yml").write_text(
        json.dumps({"models": models, "unit_tests": unit_tests})
    )
