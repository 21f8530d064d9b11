"""Second of three scripts: leads with stages in, with health flags out; both CSV."""

from __future__ import annotations

import sys

import pandas as pd


def flag(lead: pd.Series) -> tuple[str, str, str]:
    """Health, rule and reason of a lead."""
    days, ago = lead["days_since_engaged"], lead["last_engagement"]
    if days <= 30:
        reason = f"Active, since {ago} (Active means within 30 days)"
        return "Active", "engaged_recently", reason
    if days <= 90:
        reason = f"Stale, since {ago} (Active ends after 30 days, Stale after 90)"
        return "Stale", "going_quiet", reason
    if pd.isna(days):
        return "Dormant", "never_engaged", f"Dormant, since {ago}"
    reason = f"Dormant, since {ago} (Stale ends after 90 days)"
    return "Dormant", "gone_quiet", reason


def main(source: str, target: str) -> None:
    """Add the flag of each lead."""
    leads = pd.read_csv(source, keep_default_na=False, na_values=[""], low_memory=False)
    columns = ["engagement_health", "health_rule", "health_reason"]
    leads[columns] = leads.apply(flag, axis=1, result_type="expand")
    leads.to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
