"""Writes a dbt project that decides nothing: the bar that the benchmark measures by."""

from __future__ import annotations

import json
from pathlib import Path

SNAPSHOT = (
    "{{% snapshot {name} %}}"
    "{{{{ config(unique_key='one', strategy='check', check_cols=['one']) }}}}"
    " select 1 as one {{% endsnapshot %}}"
)
KINDS = ("table", "view", "ephemeral", "incremental")
GENERIC_TEST = (
    "{% test selects_one(model, number) %}"
    "select 1 from {{ model }} where one != 1 {% endtest %}"
)


def write_plain_project(folder: Path, manifest: dict) -> None:
    """Write a project with as many nodes of each kind, each of which selects 1."""
    files = {
        "dbt_project.yml": "name: bar\nversion: 0.1.0\nprofile: bar\n"
        "flags: {send_anonymous_usage_stats: false}\n",
        "profiles.yml": "bar:\n  target: dev\n  outputs:\n    dev:\n"
        "      type: duckdb\n      path: \"{{ env_var('SMARTCRM_DB') }}\"\n"
        "      threads: 2\n",
        "tests/generic/selects_one.sql": GENERIC_TEST,
    }
    models: list[str] = []
    tests: list[list[dict]] = []
    nodes = sorted(manifest["nodes"].values(), key=lambda node: node["resource_type"])
    for number, node in enumerate(nodes):
        name = f"{node['resource_type']}_{number}"
        match node["resource_type"]:
            case "model":
                models.append(name)
                tests.append([])
                kind = node["config"]["materialized"]
                # one of the project's own is a table here
                kind = kind if kind in KINDS else "table"
                files[f"models/{name}.sql"] = (
                    f"{{{{ config(materialized='{kind}') }}}} select 1 as one"
                )
            case "seed":
                files[f"seeds/{name}.csv"] = "one\n1\n"
            case "snapshot":
                files[f"snapshots/{name}.sql"] = SNAPSHOT.format(name=name)
            case "test" if "test_metadata" in node:
                test = {"selects_one": {"arguments": {"number": number}}}
                tests[number % len(tests)].append(test)
            case "test":
                model = f"{{{{ ref('{models[number % len(models)]}') }}}}"
                files[f"tests/{name}.sql"] = f"select 1 from {model} where one != 1"
    unit_test = {"model": models[0], "given": [], "expect": {"rows": [{"one": 1}]}}
    files["models/_bar.yml"] = json.dumps(
        {
            "models": [
                {"name": name, "data_tests": asked}
                for name, asked in zip(models, tests, strict=True)
            ],
            "unit_tests": [
                {"name": f"unit_test_{number}", **unit_test}
                for number in range(len(manifest["unit_tests"]))
            ],
        }
    )
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
