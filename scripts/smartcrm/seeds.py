"""A build reads a seed as the commands that write to it do, or not at all."""

from __future__ import annotations

from pathlib import Path

from smartcrm.faults import Fault

from smartcrm.ledger import LEDGER
from smartcrm.prompts.responses import RESPONSES, parse_responses


def check_seeds(folder: Path = Path()) -> None:
    """Refuse a seed that dbt could not read, or would take for something else.

    dbt has a traceback for bytes that are no UTF-8, and takes a line of the ledger that
    was torn off for a whole one.

    Args:
        folder: the project's; a file of ours that is not in it is dbt's to miss.

    Raises:
        Fault: one line that names the line and what to do.
    """
    for path in sorted((folder / "seeds").glob("*.csv")):
        content = path.read_bytes()
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            where = f"seeds/{path.name} line {line}"
            raise Fault(f"{where} is not UTF-8; save the file as UTF-8") from None
        if path.name == LEDGER.path.name:
            LEDGER.parse(content)
        elif path.name == RESPONSES.path.name:
            parse_responses(content)
