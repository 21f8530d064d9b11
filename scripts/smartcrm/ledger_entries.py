"""Entries of the ledger: tried in the engine before they are appended."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone

from smartcrm.faults import Fault

import duckdb

from smartcrm.ledger import LEDGER, NULLS, load

Warehouse = duckdb.DuckDBPyConnection
DIGITS = 12  # of a checksum, as the ledger has it; older entries have them all

NAMES = {
    "value": "from rule_numbers select list(threshold)",
    "stage": "from lifecycle_stages select list(stage order by stage_order)",
    "track": "from decision_rules select list(distinct outcome) where decision='track'",
}
VALUE = {
    "threshold": "from thresholds_in_force select value::varchar where threshold = ?",
    "lead": """select coalesce(new_value, case '{0}' when 'stage' then simulated_stage
        when 'track' then nurture_track else sales_owner end) from leads left join
        stg_logic_overrides on is_in_force and target_kind = 'lead' and field = '{0}'
        and target = lead_id where lead_id = ?""",
    "logic": """from logged select array_to_string([
        coalesce(checksums[name], 'none') for name in string_split(?, '+')], '+')""",
}
IN_FORCE = """create temp view in_force as from stg_logic_overrides
    anti join override_conflicts using (override_id) where is_in_force"""
# of each file of rules, the first digits of its checksum in the newest entry about it
LOGGED = f"""create temp view logged as
    select map(list(name), list(checksum)) as checksums from (
        select name, arg_max(checksum, (logged_at, override_id)) as checksum from (
            from in_force select unnest(string_split(target, '+')) as name,
            unnest(string_split(new_value, '+'))[:{DIGITS}] as checksum,
            logged_at, override_id where target_kind = 'logic'
        ) group by name)"""
LIST = """from in_force select concat_ws(' ', override_id, logged_at, logged_by,
    target_kind, case target_kind when 'logic'
    then concat(replace(target, '+', ', '), ' edited')
    else concat_ws(' ', target, field, coalesce(old_value, '(none)'), '->',
    coalesce(new_value || ' until ' || coalesce(expires_on::text, 'replaced'),
    'withdrawn')) end) || ':', reason
    where {} order by list_position(['lead', 'threshold', 'logic'], target_kind),
    logged_at desc, override_id desc"""
ADDED = LIST.format("override_id = (from stg_logic_overrides select max(override_id))")
STANDS = LIST.format("new_value is not null and target_kind = ifnull(?, target_kind)")
# a colleague may have no lead yet; a name that is misspelled has none either
UNKNOWN_OWNER = """select concat('no lead of the CRM has the owner ''', $owner,
    ''', who goes to the CRM as written here') where $owner not in
    (from stg_leads select sales_owner where sales_owner is not null)"""
# a number that the history names is not given again, though its line was deleted
NEXT = """from stg_logic_overrides select greatest(max(override_id), (from lead_history
    select max(greatest(override_id, rules_override_id))), 0) + 1, count() + 2,
    list(raw_expires_on) filter (is_in_force and new_value is not null
    and target = ? and field = ?)"""
PROBLEMS = """from override_conflicts select line_number, message
    where is_illegal or line_number = ? order by line_number"""


def read_checksums() -> dict[str, str]:
    """Checksum, from dbt's own, of each model and seed with rules, by its name.

    Raises:
        Fault: the project can't be parsed.
    """
    from dbt.cli.main import dbtRunner  # takes seconds, which only `logic` needs

    parsed = dbtRunner().invoke(["--quiet", "--log-level", "none", "parse"])
    if not parsed.success:
        why = " ".join(str(parsed.exception).split())
        raise Fault(f"dbt can't parse the project: {why}")
    return {
        node.name: node.checksum.checksum[:DIGITS]
        for node in parsed.result.nodes.values()
        if "rules" in node.config.tags and node.resource_type in ("model", "seed")
    }


def read_edits(warehouse: Warehouse, names: list[str]) -> tuple[str, str]:
    """The rules that were edited, those named or all of them, and their checksums.

    Raises:
        Fault: no rules have that name, or they were not edited.
    """
    rules = read_checksums()
    (logged,) = warehouse.execute("from logged").fetchone()
    edited = [name for name in rules if rules[name] != (logged or {}).get(name)]
    for name in names:
        if name not in rules:
            raise Fault(f"no rules are called '{name}'; choose from {', '.join(rules)}")
        if name not in edited:
            raise Fault(f"{name} is logged already as it is: there is nothing to log")
    changed = [*dict.fromkeys(names)] or edited
    if not changed:
        raise Fault("no rules were edited: there is nothing to log")
    return "+".join(changed), "+".join(rules[name] for name in changed)


def check(warehouse: Warehouse, entry_line: int = 0, hint: str = "") -> None:
    """Raise a Fault if the ledger is illegal, or the entry on a line has no effect."""
    for line, message in warehouse.execute(PROBLEMS, [entry_line]).fetchall():
        if line != entry_line:
            raise Fault(f"{message}; correct it first")
        # it stands on no line yet
        _, why = message.split(": ", 1)
        raise Fault(f"not logged: {why}{hint}")


def try_entry(warehouse: Warehouse, content: bytes, entry: argparse.Namespace) -> bytes:
    """The ledger's line for an entry, once the engine takes it as it is.

    Raises:
        Fault: it is illegal, or would have no effect.
    """
    what, query = [entry.target, entry.field], VALUE[entry.kind].format(entry.field)
    (names,) = warehouse.execute(NAMES.get(entry.field, "select []")).fetchone()
    if entry.kind == "lead" and str(entry.value).lower() in NULLS:
        how = "to end what was decided, see `withdraw`"
        raise Fault(f"{entry.field} of {entry.target} can't be '{entry.value}'; {how}")
    # a withdrawal has no value
    new = {name.lower(): name for name in names}.get(str(entry.value).lower())
    new = new or entry.value
    (old,) = warehouse.execute(query, what[:1]).fetchone() or (None,)
    number, line, held = warehouse.execute(NEXT, what).fetchone()
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = [number, now, entry.by, entry.kind, *what, old, new, entry.reason]
    added = LEDGER.render(content, [*fields, entry.expires])
    load(warehouse, content + added)
    is_named = not names or new in (None, *names) or entry.target in names
    check(warehouse, line, "" if is_named else f"; choose from {', '.join(names)}")
    if new is None and held is None:
        who = f"nobody has decided the {entry.field} of {entry.target}"
        raise Fault(f"{who}: there is nothing to withdraw")
    if new is not None and new == old and held in (None, [entry.expires or None]):
        raise Fault(f"{' '.join(what)} is '{old}' already: there is nothing to log")
    (now,) = warehouse.execute(query, what[:1]).fetchone() or (None,)
    (*_, still_held) = warehouse.execute(NEXT, what).fetchone()
    if now != new if new is not None else still_held:
        why = "a later entry holds it, or the last build had vars (run `dbt build`)"
        become = f"become '{new}'" if new is not None else "be withdrawn"
        raise Fault(f"{' '.join(what)} would not {become}: {why}")
    return added
