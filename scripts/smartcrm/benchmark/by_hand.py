"""Runs the statement by hand: `by_hand RAW.parquet LEADS.parquet`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from smartcrm.benchmark.decisions import decide_cells
from smartcrm.warehouse import connect_in_memory

STATEMENT = Path(__file__).with_name("leads_by_hand.sql")


def write_leads(raw: str, out: str) -> None:
    """Write the leads of a file of raw texts to another; both are Parquet."""
    cells = {"cells": json.dumps(decide_cells())}
    with connect_in_memory(threads=2) as database:
        database.execute("set preserve_insertion_order = false")
        database.execute("set timezone = 'UTC'")
        database.execute("set variable cells = $cells", cells)
        paths = {"input": raw, "output": out}
        database.execute(STATEMENT.read_text(encoding="utf-8"), paths)


if __name__ == "__main__":
    write_leads(*sys.argv[1:])
