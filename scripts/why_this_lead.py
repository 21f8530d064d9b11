"""Says why a lead is where it is: every rule in order, with the lead's own values.

The conditions are read from models/decisions as they now are, the values from the last
build.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
from warehouse import Fault, built_warehouse

Row = dict[str, Any]

LEAD = "select * from leads where lead_id = $lead_id"

# What stands around an id in an export: see macros/clean_text.sql.
BLANKS = " \t\n\r\xa0"

REJECTED = """
select rejection_reasons, count(*) as row_count
from rejected_leads
where trim(lead_id, $blanks) = $lead_id
group by rejection_reasons
order by rejection_reasons
"""

THRESHOLDS = """
with
    in_force as (
        unpivot decision_context
        on columns(* exclude (as_of_date)) into name threshold value value_in_force
    )
select thresholds.threshold, value_in_force, thresholds.value as seed_value, ledger.*
from thresholds
inner join in_force on thresholds.threshold = in_force.threshold
left join
    stg_logic_overrides as ledger
    on thresholds.threshold = ledger.target
    and ledger.target_kind = 'threshold'
    and ledger.is_in_force
order by thresholds.rowid
"""

OVERRIDES = """
select *
from stg_logic_overrides
where target_kind = 'lead' and is_in_force and target = $lead_id
order by override_id
"""


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, **values: str
) -> list[Row]:
    """Rows of a query, each a dict from column to value."""
    found = connection.execute(query, values)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def compile_rules() -> str:
    """SQL of analysis/why_this_lead.sql for all leads, by the rules as they now are.

    Raises:
        Fault: dbt can't compile it.
    """
    # here and without vars, since dbt takes seconds to import and to parse anew
    from dbt.cli.main import dbtRunner

    folder = Path(os.environ.get("DBT_TARGET_PATH", "target")) / "why"
    words = ["--quiet", "compile", "--no-populate-cache", "--select", "why_this_lead"]
    with contextlib.redirect_stdout(io.StringIO()):
        run = dbtRunner().invoke([*words, "--target-path", str(folder)])
    results = getattr(run.result, "results", None)
    if run.success and results:
        return results[0].node.compiled_code
    message = str(run.exception or (results and results[0].message) or "no such file")
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    raise Fault(f"why_this_lead can't be compiled: {' '.join(lines[:2])}")


def read_rules(
    connection: duckdb.DuckDBPyConnection, query: str, lead_id: str
) -> list[Row]:
    """One row a decision and rule of the lead, in order of precedence.

    Raises:
        Fault: a rule asks for what the last build does not have.
    """
    try:
        return read_rows(
            connection,
            f"select * from (\n{query}\n) where lead_id = $lead_id",
            lead_id=lead_id,
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Fault(f"a rule can't be asked: {reason}; run `dbt build`") from None


def render_entry(entry: Row) -> str:
    """Since when a ledger entry counts, until when, who made it and why."""
    until = f" until {entry['expires_on']}" if entry["expires_on"] else ""
    return (
        f"since {entry['logged_at']:%Y-%m-%d}{until} "
        f"(entry {entry['override_id']}, {entry['logged_by']}: {entry['reason']})"
    )


def render_rules(rules: list[Row]) -> list[str]:
    """Lines of one decision: what won and why, then every rule."""
    won = next(rule for rule in rules if rule["is_winner"])
    outcome = won["outcome"] or f"{won['rule_id']} has no outcome until the next build"
    lines = ["", f"{won['decision'].capitalize()}: {outcome}"]
    lines += [f"  {won['reason']}"] if won["reason"] else []
    width = max(len(rule["rule_id"]) for rule in rules)
    for rule in rules:
        mark = "->" if rule["is_winner"] else "  "
        truth = "true " if rule["is_true"] else "false"
        start = f"  {mark} {rule['rule_order']:2} {rule['rule_id']:{width}}  {truth}  "
        first, *rest = rule["comparisons"].split("\n")
        lines += [start + first, *(" " * len(start) + line for line in rest)]
    return lines


def render_lead(lead: Row, rules: list[Row]) -> list[str]:
    """Lines of the three decisions, and whether the last build made the same."""
    lines = [
        f"{lead['lead_id']}: stage {lead['effective_stage']}, "
        f"health {lead['engagement_health']}, track {lead['effective_track']}, "
        f"as of {lead['as_of_date']}"
    ]
    decisions = dict.fromkeys(rule["decision"] for rule in rules)
    won = {rule["decision"]: rule["rule_id"] for rule in rules if rule["is_winner"]}
    if any(won[decision] != lead[f"{decision}_rule"] for decision in decisions):
        lines.append("the rules were edited since the last build: run dbt build")
    for decision in decisions:
        lines += render_rules([rule for rule in rules if rule["decision"] == decision])
    return lines


def render_ledger(thresholds: list[Row], overrides: list[Row]) -> list[str]:
    """Lines of the thresholds in force, and of what people decided about the lead."""
    lines = ["", "Thresholds in force:"]
    for row in thresholds:
        since = "since the start"
        if row["override_id"] is not None:
            since = f"{render_entry(row)}; {row['seed_value']} at the start"
        lines.append(f"  {row['threshold']:20} {row['value_in_force']:4}  {since}")
    lines += ["", "Overrides of this lead in force:" + ("" if overrides else " none")]
    return lines + [
        f"  {row['field']} {row['new_value']}  {render_entry(row)}" for row in overrides
    ]


def render_rejected(lead_id: str, rows: list[Row]) -> list[str]:
    """A line for each set of reasons that rows of this id were rejected for."""
    return [
        f"{row['row_count']} row(s) of {lead_id} rejected: {row['rejection_reasons']}"
        for row in rows
    ]


def why(lead_id: str) -> tuple[list[str], bool]:
    """Lines of the report on a lead, and whether there is such a lead.

    Raises:
        Fault: nothing is built, or the rules can't be read.
    """
    with built_warehouse() as connection:
        rejected = read_rows(connection, REJECTED, lead_id=lead_id, blanks=BLANKS)
        lines = render_rejected(lead_id, rejected)
        leads = read_rows(connection, LEAD, lead_id=lead_id)
        if not leads:
            return [
                f"{lead_id} is not among the leads of the last build",
                *lines,
            ], False
        rules = read_rules(connection, compile_rules(), lead_id)
        thresholds = read_rows(connection, THRESHOLDS)
        overrides = read_rows(connection, OVERRIDES, lead_id=lead_id)
    report = render_lead(leads[0], rules) + render_ledger(thresholds, overrides)
    return report + lines, True


def main(argv: list[str] | None = None) -> int:
    """Print the report; 1 if there is no such lead, 2 if it can't be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lead_id", help="the lead, as its lead_id says")
    lead_id = parser.parse_args(argv).lead_id.strip(BLANKS)
    try:
        lines, is_known = why(lead_id.encode(errors="replace").decode())
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0 if is_known else 1


if __name__ == "__main__":
    raise SystemExit(main())
