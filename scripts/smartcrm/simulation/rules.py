"""The project's own compiled SQL, made to decide about the leads of a simulation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from smartcrm.faults import Fault

import duckdb
from sqlglot import exp, parse_one

from smartcrm.rules.decisions import (
    DIALECT,
    read_compiled,
    read_manifest,
    target_folder,
    upstream,
)
from smartcrm.warehouse import Row, read_columns

# What the lists are made of, and what the world and its CRM say in their place.
LAST = "lead_work"
FED = (
    *("stg_leads", "stg_activities", "stg_stage_changes"),
    *("as_of", "moved_lead_spells", "current_build"),
)
# What the ledger and the seeds come to, as the build has it.
KEPT = (
    *("thresholds_in_force", "decision_rules_in_force", "service_levels_in_force"),
    "lead_overrides",
)
# Read more often than once by what follows.
STAGED = "leads_with_stages"
STORED = ("lead_signals", STAGED)


class Rules(NamedTuple):
    """Rules that decide about leads.

    Attributes:
        name: of the schema in which they decide.
        tables: the relation of the last build that each table is a copy of.
        models: the SQL of each model that is run, each after those that it reads.
        thresholds: values other than those of the tables.
    """

    name: str
    tables: dict[str, str]
    models: dict[str, str]
    thresholds: Mapping[str, int] = MappingProxyType({})


def read_rules(name: str, candidate: str | None = None) -> Rules:
    """The rules as last built, or those of a candidate that was built beside them.

    Args:
        name: the schema that they are to decide in.
        candidate: schema and target folder of the candidate.

    Raises:
        Fault: dbt has not compiled them.
    """
    tables: dict[str, str] = {}
    models: dict[str, str] = {}
    for node in upstream(read_manifest(), [LAST], (*FED, *KEPT)):
        is_candidate = candidate is not None and "what_if" in node["config"]["tags"]
        if node["resource_type"] == "seed" or node["name"] in KEPT:
            schema = candidate if is_candidate else node["schema"]
            tables[node["name"]] = f'"{schema}"."{node["alias"]}"'
        elif node["name"] not in FED:
            folder = target_folder()
            models[node["name"]] = read_sql(
                folder / candidate if is_candidate else folder, node, name
            )
    return Rules(name, tables, models)


def read_sql(folder: Path, node: Row, schema: str) -> str:
    """The compiled SQL of a model, which reads from the schema of its rules."""
    tree = parse_one(read_compiled(node, folder), dialect=DIALECT)
    for table in tree.find_all(exp.Table):
        if table.db:
            table.set("catalog", None)
            table.set("db", exp.to_identifier(schema))
    return tree.sql(dialect=DIALECT)


def install(database: duckdb.DuckDBPyConnection, rules: Rules, built: str) -> None:
    """Make rules decide about the simulation's leads, in a schema of their own.

    Args:
        built: name of the attached database of the last build.

    Raises:
        Fault: the SQL asks for what no simulated CRM has.
    """
    schema = rules.name
    database.execute(f"create schema {schema}")
    for table, relation in rules.tables.items():
        database.execute(f"create table {schema}.{table} as from {built}.{relation}")
    for threshold, value in rules.thresholds.items():
        database.execute(
            f"update {schema}.thresholds_in_force set value = ? where threshold = ?",
            [value, threshold],
        )
    for table in FED:
        relation = fed(database, table, schema, built)
        database.execute(f"create view {schema}.{table} as {relation}")
    try:
        for model, sql in rules.models.items():
            kind = "table" if model in STORED else "view"
            database.execute(f"create {kind} {schema}.{model} as {sql}")
    except duckdb.Error as error:
        reason = re.sub(r"\s+", " ", str(error).split("\n")[0])
        raise Fault(f"{model} can't decide about simulated leads: {reason}") from None


def fed(
    database: duckdb.DuckDBPyConnection, table: str, schema: str, built: str
) -> str:
    """What a simulated CRM says in a relation's columns; what it does not is null."""
    columns = read_columns(database, f"{built}.main.{table}")
    known = read_columns(database, f"crm.{table}")
    listed = ", ".join(
        f'"{name}"' if name in known else f'cast(null as {kind}) as "{name}"'
        for name, kind in columns.items()
    )
    whose = f" where rules = '{schema}'" if "rules" in known else ""
    return f"select {listed} from crm.{table}{whose}"
