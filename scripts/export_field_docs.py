"""Writes what each field of a lead means, where it comes from and how it is decided.

All of it is read from dbt's artifacts and the built sample; nothing is kept by hand.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from pathlib import Path

import duckdb
from build_docs import Lineage, Row, exp, read_nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from warehouse import Fault, built_warehouse
from whole_file import whole_file

TEMPLATES = Path(__file__).with_name("templates")
PAGES = ("crm_fields_notion.md", "decision_rules.md")
MART, SAMPLE = "leads", "leads_cleaned_1000"
OUTCOMES = {
    "simulated_stage": "stage",
    "engagement_health": "health",
    "nurture_track": "track",
}
LONGEST_FORMULA = 120  # signs; what is longer is read in the model

Facts = dict[str, list[Row]]


def read_facts(connection: duckdb.DuckDBPyConnection) -> Facts:
    """Rules with an example lead each, stages and thresholds, of the built sample.

    Raises:
        Fault: the leads are not the sample's; people's own are never written to docs.
    """
    sql = (TEMPLATES / "docs_decision_rules.sql").read_text(encoding="utf-8")
    connection.execute(sql)
    facts = {}
    for part in ("foreign_leads", "rules", "stages", "thresholds"):
        found = connection.execute(f"select * from docs_{part}")
        names = [column[0] for column in found.description]
        facts[part] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if facts["foreign_leads"]:
        raise Fault("the build has other leads than the sample; run `make docs`")
    return facts


def render_sql(expression: exp.Expression) -> str:
    """SQL as the models are written: lowercase, without the names of relations."""
    bare = expression.transform(
        lambda part: exp.column(part.this) if isinstance(part, exp.Column) else part
    )
    text = bare.sql(dialect="duckdb", comments=False)
    return re.sub("'[^']*'|[^']+", lambda m: m[0] if "'" in m[0] else m[0].lower(), text)


def read_conditions(lineage: Lineage) -> dict[str, str]:
    """Condition of each rule's line in its decision's case, by rule id."""
    conditions = {}
    for decision in OUTCOMES.values():
        made_by, column = lineage.same_columns(MART, f"{decision}_rule")[-1]
        case = lineage.formulas(made_by, column)[-1]
        for line in case.args["ifs"]:
            conditions[line.args["true"].name] = render_sql(line.this)
        conditions[case.args["default"].name] = "else"
    return conditions


def render_allowed(tests: list[Row], sql_type: str) -> str:
    """The values that a column's tests and type let through; empty if any."""
    for test in tests:
        values = test["kwargs"]
        if test["name"] == "accepted_values":
            return ", ".join(values["values"])
        if test["name"] == "in_range":
            least, most = values.get("min_value"), values.get("max_value")
            return f"{least} or more" if most is None else f"{least} to {most}"
    return "true, false" if sql_type == "boolean" else ""


def render_field(field: str, lineage: Lineage, rules: list[Row]) -> Row:
    """One row of the schema, by its columns."""
    mart, is_core = lineage.nodes[MART], field in lineage.nodes[SAMPLE]["types"]
    same = lineage.same_columns(MART, field)
    tests = {name: lineage.nodes[name]["tests"].get(part, []) for name, part in same}
    decision = OUTCOMES.get(field, re.sub("_(rule|reason)$", "", field))
    steps = [rule for rule in rules if rule["decision"] == decision]
    made = [] if is_core else [render_sql(each) for each in lineage.formulas(*same[-1])]
    formula = made[-1] if made and len(made[-1]) <= LONGEST_FORMULA else ""
    ids = [step["rule_id"] for step in steps if field.endswith("_rule")]
    values = render_allowed(sum(tests.values(), []), mart["types"][field])
    ends = lineage.ends(MART, field, is_raw=is_core)
    return {
        "field": field,
        "type": mart["types"][field],
        "group": "core" if is_core else "automation",
        "allowed_values": values or ", ".join(ids),
        "description": " ".join(mart["columns"][field]["description"].split()),
        "origin": same[-1][0],
        "upstream_columns": ", ".join(sorted(".".join(end) for end in ends)),
        "rule_or_formula": "; ".join(f"{s['rule_id']}: {s['outcome']}" for s in steps)
        or formula,
        "tests": "; ".join(
            f"{name}: {', '.join(sorted(test['name'] for test in found))}"
            for name, found in tests.items()
            if found
        ),
    }


def render_files(lineage: Lineage, facts: Facts) -> dict[str, str]:
    """Text of each document by its file's name."""
    names = [lineage.nodes[name]["types"] for name in (SAMPLE, MART)]
    fields = [
        render_field(field, lineage, facts["rules"]) for field in names[0] | names[1]
    ]
    table = io.StringIO()
    writer = csv.DictWriter(table, fields[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(fields)
    page = {**facts, "fields": fields, "conditions": read_conditions(lineage)}
    templates = Environment(  # noqa: S701 - Markdown, and of the sample
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages = {name: templates.get_template(f"docs_{name}").render(page) for name in PAGES}
    return {"crm_schema.csv": table.getvalue(), **pages}


def main(argv: list[str] | None = None) -> int:
    """Return 0 when done, 1 with --check where a file is stale, 2 when it can't run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder")
    parser.add_argument(
        "--check", action="store_true", help="only tell which files are stale"
    )
    arguments = parser.parse_args(argv)
    try:
        lineage = Lineage(read_nodes())
        with built_warehouse() as connection:
            files = render_files(lineage, read_facts(connection))
        ...
