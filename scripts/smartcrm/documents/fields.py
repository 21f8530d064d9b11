"""What each field of a lead means, where it comes from and how it is decided."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain

from smartcrm.documents.lineage import Lineage
from smartcrm.documents.model_graph import read_graph
from smartcrm.pages.rendering import Parts, render
from smartcrm.rules.decisions import read_decisions, render_sql
from smartcrm.warehouse import Row
from smartcrm.world.parameters import read_parameters

MART, SAMPLE = "leads", "leads_cleaned_1000"
DOCUMENTS = (
    "crm_fields_notion.md",
    "decision_rules.md",
    "lineage.md",
    "simulation.md",
)
OUTCOMES = {
    "simulated_stage": "stage",
    "engagement_health": "health",
    "nurture_track": "track",
}
LONGEST_FORMULA = 120  # characters; what is longer is read in the model


def render_allowed(tests: list[Row], sql_type: str, facts: Parts) -> str:
    """The values that a column's tests and type let through; empty if any."""
    for test in tests:
        given, found = test["kwargs"], []
        match test["name"]:
            case "accepted_values":
                code = test["code"].partition("not in (")[2]
                found = re.findall("'((?:[^']|'')*)'", code)
            case "relationships" if "lifecycle_stages" in given["to"]:
                listed = facts["allowed"]
                found = [
                    row["value"] for row in listed if row["field"] == given["field"]
                ]
            case "outcome_of":
                decided = facts["rules"]
                found = [
                    row["outcome"]
                    for row in decided
                    if row["decision"] == given["decision"]
                ]
            case "in_range":
                least, most = given.get("min_value"), given.get("max_value")
                return f"{least} or more" if most is None else f"{least} to {most}"
        if found:
            return ", ".join(dict.fromkeys(found))
    return "true, false" if sql_type == "boolean" else ""


def render_field(field: str, lineage: Lineage, facts: Parts) -> Row:
    """One row of the schema, by its columns."""
    mart, is_core = lineage.nodes[MART], field in lineage.nodes[SAMPLE]["types"]
    same = lineage.same_columns(MART, field)
    tests = {name: lineage.nodes[name]["tests"].get(part, []) for name, part in same}
    decision = OUTCOMES.get(field, re.sub("_(rule|reason)$", "", field))
    steps = [rule for rule in facts["rules"] if rule["decision"] == decision]
    made = [] if is_core else lineage.formulas(*same[-1])[-1:]
    formula = "; ".join(f"{step['rule_id']}: {step['outcome']}" for step in steps)
    formula = formula or "".join(map(render_sql, made))
    ids = [step["rule_id"] for step in steps if field.endswith("_rule")]
    values = render_allowed([*chain(*tests.values())], mart["types"][field], facts)
    is_raw = "staging" in lineage.nodes[same[-1][0]]["fqn"]
    ends = sorted(".".join(end) for end in lineage.ends(MART, field, is_raw=is_raw))
    return {
        "field": field,
        "type": mart["types"][field],
        "group": "core" if is_core else "automation",
        "allowed_values": values or ", ".join(ids),
        "description": " ".join(mart["columns"][field]["description"].split()),
        "origin": same[-1][0],
        "upstream_columns": ", ".join(ends),
        "rule_or_formula": formula if steps or len(formula) <= LONGEST_FORMULA else "",
        "tests": "; ".join(
            f"{name}: {', '.join(sorted(test['name'] for test in tests[name]))}"
            for name in filter(tests.get, tests)
        ),
    }


def render_files(
    lineage: Lineage, nodes: dict[str, Row], facts: Parts
) -> dict[str, str]:
    """Text of each document by its file's name, from dbt's artifacts and the build."""
    graph = read_graph(nodes)
    conditions = {
        rule.rule_id: render_sql(rule.condition) if rule.condition else "else"
        for decision in read_decisions(nodes)
        for rule in decision.rules
    }
    core, mart = (lineage.nodes[name]["types"] for name in (SAMPLE, MART))
    fields = [render_field(field, lineage, facts) for field in core | mart]
    page = {**facts, "fields": fields, "conditions": conditions, "graph": graph}
    page["parameters"] = read_parameters()
    table = io.StringIO()
    rows = [fields[0].keys(), *(field.values() for field in fields)]
    csv.writer(table, lineterminator="\n").writerows(rows)
    files = {"crm_schema.csv": table.getvalue()}
    return files | {name: render(f"documents/{name}", page) for name in DOCUMENTS}
