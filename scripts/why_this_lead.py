"""Says why a lead is where it is: every rule, as now in the models, with its values."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path

import duckdb

from smartcrm.faults import Fault
from smartcrm.warehouse import Row, built_warehouse, read_rows

Lines = list[str]
Connection = duckdb.DuckDBPyConnection

# What is cut from around an id: see macros/clean_text.sql.
BLANKS = " \t\n\r\xa0"

LEADS = """
select lead_id, effective_stage, engagement_health, effective_track, as_of_date,
    {'stage': stage_rule, 'health': health_rule, 'track': track_rule} as built_rules
from leads where lead_id = $lead_id
"""
REJECTED = """
select concat('rows of this id rejected: ', count(*), ', ', rejection_reasons)
from rejected_leads where trim(lead_id, $blanks) = $lead_id
group by rejection_reasons order by rejection_reasons
"""
ENTRY = """concat(
    'since ', cast(logged_at as date), ' until ' || cast(expires_on as text),
    ' (entry ', override_id, ', ', logged_by, ': ', reason, ')'
)"""
THRESHOLDS = f"""
select concat('  ', rpad(threshold, 18, ' '), lpad(cast(in_force as text), 5, ' '),
    '  ', case when override_id is null then 'since the start'
    else concat({ENTRY}, '; ', value, ' at the start') end)
from (unpivot decision_context on columns(* exclude (as_of_date))
    into name threshold value in_force)
inner join thresholds using (threshold) left join stg_logic_overrides
    on threshold = target and target_kind = 'threshold' and is_in_force
order by thresholds.rowid
"""
OVERRIDES = f"""
select concat('  ', field, ' ', new_value, '  ', {ENTRY})
from stg_logic_overrides
where target = $lead_id and target_kind = 'lead' and is_in_force order by override_id
"""


def read_lines(connection: Connection, query: str, **values: str) -> Lines:
    """Values of a query's only column."""
    return [line for (line,) in connection.execute(query, values).fetchall()]


def read_rules(connection: Connection, lead_id: str) -> list[Row]:
    """Rows of analysis/why_this_lead.sql for the lead, in order of precedence.

    Raises:
        Fault: it can't be compiled, or a rule asks for what the build does not have.
    """
    # here and without vars, since dbt takes seconds to import and to parse anew
    from dbt.cli.main import dbtRunner

    folder = Path(os.environ.get("DBT_TARGET_PATH", "target")) / "why"
    words = ["--quiet", "compile", "--no-populate-cache", "--select", "why_this_lead"]
    with contextlib.redirect_stdout(io.StringIO()):
        run = dbtRunner().invoke([*words, "--target-path", str(folder)])
    nodes = getattr(run.result, "results", [])
    if not run.success or not nodes:
        message = str(run.exception or (nodes and nodes[0].message) or "no such file")
        lines = [line.strip() for line in message.splitlines()]
        told = [line for line in lines if line not in ("", "Runtime Error")]
        raise Fault(": ".join(told[:2]))
    query = f"from (\n{nodes[0].node.compiled_code}\n) where lead_id = $lead_id"
    try:
        return read_rows(connection, query, lead_id=lead_id)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Fault(f"a rule can't be asked: {reason}; run `dbt build`") from None


def render_rules(rules: list[Row]) -> Lines:
    """Lines of one decision: what won and why, then every rule."""
    won = next(rule for rule in rules if rule["is_winner"])
    lines = ["", f"{won['decision'].capitalize()}: {won['outcome'] or 'not built yet'}"]
    lines += [f"  {won['reason']}"] if won["reason"] else []
    width = max(len(rule["rule_id"]) for rule in rules)
    for rule in rules:
        mark = "->" if rule["is_winner"] else "  "
        truth = "true " if rule["is_true"] else "false"
        start = f"  {mark} {rule['rule_order']:2} {rule['rule_id']:{width}}  {truth}  "
        first, *rest = rule["comparisons"].split("\n")
        lines += [start + first, *(" " * len(start) + line for line in rest)]
    return lines


def render_lead(lead: Row, rules: list[Row]) -> Lines:
    """Lines on where the lead is, and on each decision."""
    lines = [
        f"{lead['lead_id']}: stage {lead['effective_stage']}, "
        f"health {lead['engagement_health']}, track {lead['effective_track']}, "
        f"as of {lead['as_of_date']}; the first true rule wins"
    ]
    won = {rule["decision"]: rule["rule_id"] for rule in rules if rule["is_winner"]}
    if won != lead["built_rules"]:
        lines.append("the rules were edited since the last build: run dbt build")
    for decision in won:
        lines += render_rules([rule for rule in rules if rule["decision"] == decision])
    return lines


def main(argv: list[str] | None = None) -> int:
    """Print the report; 1 if there is no such lead, 2 if it can't be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lead_id", help="the lead, as its lead_id says")
    lead_id = parser.parse_args(argv).lead_id.strip(BLANKS)
    lead_id = lead_id.encode(errors="replace").decode()
    try:
        with built_warehouse() as connection:
            leads = read_rows(connection, LEADS, lead_id=lead_id)
            lines = [] if leads else [f"{lead_id} is not among the leads"]
            for lead in leads:
                lines += render_lead(lead, read_rules(connection, lead_id))
                lines += ["", "Thresholds in force:"]
                lines += read_lines(connection, THRESHOLDS)
                overrides = read_lines(connection, OVERRIDES, lead_id=lead_id)
                lines += ["", "Overrides in force:", *(overrides or ["  none"])]
            lines += read_lines(connection, REJECTED, lead_id=lead_id, blanks=BLANKS)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="replace")
    print("\n".join(lines))
    return 0 if leads else 1


if __name__ == "__main__":
    raise SystemExit(main())
