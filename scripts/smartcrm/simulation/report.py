"""What a simulation came to, in words for the terminal."""

from __future__ import annotations

from smartcrm.pages.rendering import Parts
from smartcrm.rules.what_if_report import aligned, number, percent
from smartcrm.warehouse import Row

NAMES = {
    "in_force": "the rules in force",
    "candidate": "the candidate",
    "crm": "the CRM's own stage",
    "newest": "newest first",
    "intent": "highest intent first",
    "random": "at random",
    "oracle": "who knows the truth",
}


def interval(row: Row, measure: str) -> str:
    """A mean and its interval."""
    low, high = row[f"{measure}_low"], row[f"{measure}_high"]
    if row[measure] is None:
        return "-"
    between = f" ({number(low)} to {number(high)})" if low is not None else ""
    return f"{number(row[measure])}{between}"


def render_text(page: Parts) -> str:
    """The report for the terminal."""
    rows = [["policy", "customers", "more than today", "of the best", "touches"]]
    for row in page["policies"]:
        rows.append(
            [
                NAMES[row["policy"]],
                interval(row, "customers"),
                interval(row, "more_customers"),
                percent(row["share_of_oracle"]),
                number(row["touches"]),
            ]
        )
    return aligned(rows)
