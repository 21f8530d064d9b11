"""Log a changed threshold, a decision about a lead, or an edit of the rules, and why.

An entry is tried in the engine before it is appended to seeds/logic_overrides.csv: what
a build would call illegal or without effect is refused, in the build's own words.
"""

from __future__ import annotations

import argparse
import getpass
import re
import subprocess
import sys
import unicodedata
from contextlib import suppress
from datetime import datetime, timezone
from typing import NoReturn

import duckdb
from ledger import PATH, append, load, locked_ledger, parse_rows, render_line, replay
from warehouse import Fault

NAMES = {
    "value": "select threshold from thresholds",
    "stage": "select stage from lifecycle_stages order by stage_order",
    "track": "select distinct outcome from decision_rules where decision = 'track'",
}
IN_FORCE = {
    "threshold": "select to_json(decision_context) ->> $target from decision_context",
    "lead": "select effective_{field} from leads where lead_id = $target",
    "logic": "select new_value from stg_logic_overrides where is_in_force "
    "and target_kind = 'logic' and target = $target",
}
HELD = """
    select coalesce(raw_expires_on, '') from stg_logic_overrides
    where is_in_force and (target_kind, target, field) = ($kind, $target, $field)
"""
PROBLEMS = """
    select line_number, message from override_conflicts
    where is_illegal or line_number = ? order by line_number
"""
ENTRIES = """
    select
        override_id,
        strftime(logged_at, '%Y-%m-%d %H:%MZ'),
        logged_by,
        concat_ws(' ', target_kind, target, field),
        if(field = 'checksum', left(old_value, 8), old_value),
        if(field = 'checksum', left(new_value, 8), new_value),
        reason,
        expires_on
    from stg_logic_overrides
    where is_in_force and override_id not in (select override_id from override_conflicts)
    order by stg_logic_overrides.override_id
"""
