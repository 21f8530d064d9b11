"""Says why a lead is where it is: each rule of the last build, with its values."""

from __future__ import annotations

import argparse
import sys

from smartcrm.faults import Fault, command

import duckdb

from smartcrm.pages.rendering import read_parts
from smartcrm.rules.decisions import edited_since, read_decisions, read_manifest
from smartcrm.rules.explanation import Answer, ask
from smartcrm.terminal import plain
from smartcrm.warehouse import Row, built_warehouse

Lines = list[str]
Connection = duckdb.DuckDBPyConnection

# What is cut from around an id: see the macro clean_text.
BLANKS = " \t\n\r\xa0"

OUTCOMES = {
    "stage": "simulated_stage",
    "health": "engagement_health",
    "track": "nurture_track",
    "work": "work",
}


def read_answers(connection: Connection, lead_id: str) -> dict[str, list[Answer]]:
    """How each rule comes out for the lead, by decision.

    Raises:
        Fault: the rules can't be read, or the build lacks what they read.
    """
    decisions = read_decisions(read_manifest())
    try:
        return {each.name: ask(connection, each, lead_id) for each in decisions}
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        again = "build again as this database was (make LEADS=..., or alone)"
        raise Fault(f"a rule can't be asked: {reason}; {again}") from None


def render_verdict(lead: Row, overrides: list[Row], assumptions: list[Row]) -> Lines:
    """What the CRM, the rules and people say, why, what is missing and what is next."""
    crm, rules = lead["funnel_stage"], lead["simulated_stage"]
    verdict = "and so do the rules" if crm == rules else f"the rules say {rules}"
    said = f"says {crm}, {verdict}"
    if any(each["field"] == "funnel_stage" for each in assumptions):
        said = f"gives no stage, the rules say {rules}"
    reason = lead["stage_reason"][0].lower() + lead["stage_reason"][1:]
    lines = [f"{lead['lead_id']}: the CRM {said}, since {reason}"]
    lines += [
        f"  {each['logged_by']} decided: {each['field']} {each['new_value']} "
        f"({each['reason']})"
        for each in overrides
    ]
    lines += [
        f"  Now: stage {lead['effective_stage']}, health {lead['engagement_health']}, "
        f"track {lead['effective_track']}, with {lead['owner_team']}"
        f"{', ' + lead['effective_owner'] if lead['effective_owner'] else ''}, "
        f"as of {lead['as_of_date']}"
    ]
    is_overruled = lead["effective_stage"] != rules
    if lead["next_stage_needs"] and not is_overruled:
        lines += [f"  It needs {lead['next_stage_needs']}"]
    if lead["leaves_stage_on"]:
        lines += [
            f"  It falls to {lead['leaves_stage_for']} on {lead['leaves_stage_on']} "
            "unless it engages"
        ]
    due = lead["next_step"]
    if lead["due_on"]:
        late = ", late" if lead["is_late"] else ""
        due += f" (due {lead['due_on']}{late})"
    return [*lines, f"  Next: {due}"]


def lines_of(rows: list[Row]) -> Lines:
    """What a part says, a line for each of its rows."""
    return [row["line"] for row in rows]


def render_receipts(lead: Row, receipts: Lines) -> Lines:
    """What the lead's activities add to its intent; none where it has none."""
    if not receipts:
        return []
    is_counted = lead["intent_source"] == "activities"
    intent = f"intent {lead['intent_score']}"
    title = (
        f"Activities that make {intent} (each rounded down; at most 100):"
        if is_counted
        else f"Activities (each rounded down), which {intent} is not from, since the "
        "CRM has a score:"
    )
    return ["", title, *receipts]


def render_rules(decision: str, lead: Row, answers: list[Answer]) -> Lines:
    """Lines of one decision: what won and why, then its rules up to the last one."""
    outcome = lead[OUTCOMES[decision]]
    lines = [
        "",
        f"{decision.capitalize()}: {outcome}",
        f"  {lead[decision + '_reason']}",
    ]
    won = next(n for n, answer in enumerate(answers) if answer.is_true)
    width = max(len(answer.rule_id) for answer in answers)
    for number, answer in enumerate(answers):
        mark = "->" if number == won else "  "
        start = f"  {mark} {number + 1:2} {answer.rule_id:{width}}  "
        if number > won:
            lines.append(f"{start}not reached")
            continue
        start += "true   " if number == won else "false  "
        first, *rest = answer.lines
        lines += [start + first, *(" " * len(start) + line for line in rest)]
    return lines


@command
def main(argv: list[str] | None = None) -> int:
    """Print the report; 1 if there is no such lead, 2 if it can't be made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lead_id", help="the lead, as its lead_id says")
    lead_id = parser.parse_args(argv).lead_id.strip(BLANKS)
    lead_id = lead_id.encode(errors="replace").decode()
    if not lead_id:
        raise Fault("LEAD is empty; name a lead: make why LEAD=L0042")
    with built_warehouse() as connection:
        for name, value in (("lead_id", lead_id), ("blanks", BLANKS)):
            connection.execute(f"set variable {name} = $value", {"value": value})
        parts = read_parts(connection, "why.sql")
        leads = parts["lead"]
        hint = "" if parts["rejections"] else parts["alike"][0]["words"]
        lines = [] if leads else [f"{lead_id} is not among the leads{hint}"]
        for lead in leads:
            lines += render_verdict(lead, parts["overrides"], parts["assumptions"])
            if edited := edited_since(read_manifest()):
                lines += [f"  Edited since the last build: {', '.join(edited)}"]
            for decision, answers in read_answers(connection, lead_id).items():
                lines += render_rules(decision, lead, answers)
            lines += render_receipts(lead, lines_of(parts["receipts"]))
            if parts["assumptions"]:
                title = "Missing or not understood in the export:"
                lines += ["", title, *lines_of(parts["assumptions"])]
            lines += ["", "Thresholds in force:", *lines_of(parts["thresholds"])]
            shown = lines_of(parts["overrides"]) or ["  none"]
            lines += ["", "Overrides in force:", *shown]
        lines += lines_of(parts["rejections"])
    sys.stdout.reconfigure(errors="replace")
    print("\n".join(map(plain, lines)))
    return 0 if leads else 1


if __name__ == "__main__":
    raise SystemExit(main())
