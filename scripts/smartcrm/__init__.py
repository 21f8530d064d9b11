"""What the commands in scripts/ share, one package per concern."""

import logging
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

# where a log can't be written, what else can't be is told in a line
logging.raiseExceptions = False

# a command imports something of ours before what may not be there
if not all(map(find_spec, ("dbt", "duckdb", "sqlglot", "xlsxwriter"))):
    python = Path(".venv/bin/python")
    step = "run" if python.exists() else "run `make` once, then"
    print(
        f"{sys.executable} lacks what SmartCRM needs; {step}: "
        f"{python} {shlex.join(sys.argv)}",
        file=sys.stderr,
    )
    raise SystemExit(2)
