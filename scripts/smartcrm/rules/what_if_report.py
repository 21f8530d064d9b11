"""What a candidate for the rules would change, as text for a terminal."""

from __future__ import annotations

from smartcrm.pages.rendering import Parts
from smartcrm.warehouse import Row

DECISIONS = ("stage", "health", "track", "work")
SHOWN = 20


def plain(value: object) -> str:
    """A value as text that can't steer a terminal."""
    text = "-" if value is None else str(value)
    return "".join(character if character.isprintable() else "?" for character in text)


def aligned(rows: list[list[str]]) -> str:
    """Rows of cells as lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        lines.append("  ".join(["", *cells]).rstrip())
    return "\n".join(lines)


def render_matrix(page: Parts, decision: str) -> str:
    """Leads by a decision's outcome before (down) and after (across)."""
    outcomes = [
        row["outcome"] for row in page["outcomes"] if row["decision"] == decision
    ]
    cells = {
        (row["outcome_before"], row["outcome_after"]): row["lead_count"]
        for row in page["matrix"]
        if row["decision"] == decision
    }

    def cell(before: str, after: str) -> str:
        count = cells.get((before, after))
        if count is None:
            return ". "
        return f"{count:,} " if before == after else f"[{count:,}]"

    rows = [[f"{decision} before", *(f"to {plain(after)} " for after in outcomes)]]
    for before in outcomes:
        rows.append([plain(before), *(cell(before, after) for after in outcomes)])
    return aligned(rows)


def render_move(row: Row) -> str:
    """One lead that moves: what moves, and the reason before and after."""
    moves = [
        f"{row[f'{decision}_before']} -> {row[f'{decision}_after']}"
        for decision in DECISIONS
        if row[f"is_{decision}_moved"]
    ]
    return (
        f"  {plain(row['lead_id'])}: {plain(', '.join(moves))}\n"
        f"    before: {plain(row['reason_before'])}\n"
        f"    after:  {plain(row['reason_after'])}"
    )


def render_before_after(names: tuple[str, ...], rows: list[Row], *columns: str) -> str:
    """Counts, or shares between 0 and 1, before and after, one line per row."""

    def number(value: float | None) -> str:
        if value is None:
            return "-"
        return f"{value:.1%}" if isinstance(value, float) else f"{value:,}"

    lines = []
    for row in rows:
        line = [", ".join(plain(row[name]) for name in names)]
        for column in columns:
            before, after = row[f"{column}_before"], row[f"{column}_after"]
            line += [number(before), "->", number(after)]
            if isinstance(after, int):
                line.append(f"{after - before:+,}" if after != before else "")
        lines.append(line)
    return aligned(lines)


def render_moves(page: Parts) -> str:
    """The stages and the first leads that move, in a few lines."""
    (summary,) = page["summary"]
    moved, leads = summary["moved_count"], summary["lead_count"]
    if not moved:
        return f"Nothing moves, of {leads:,} leads"
    lines = [render_matrix(page, "stage")] if summary["stage_moved_count"] else []
    lines += [render_move(row) for row in page["moves"][:3]]
    lines += [f"  and {moved - 3:,} more"] if moved > 3 else []
    counts = ", ".join(f"{one} {summary[f'{one}_moved_count']:,}" for one in DECISIONS)
    return "\n".join([*lines, f"{moved:,} of {leads:,} leads move: {counts}"])


def render_text(page: Parts) -> str:
    """The report for the terminal."""
    (summary,) = page["summary"]
    changes = [
        f"  {plain(row['changed'])}: {plain(row['content_before'])} -> "
        f"{plain(row['content_after'])}"
        for row in page["changes"]
    ]
    parts = ["Changed since the last build", *(changes or ["  nothing"])]
    for decision in DECISIONS:
        parts += ["", render_matrix(page, decision)]
    parts += ["", "Funnel: leads that stand at a stage or beyond"]
    parts += [render_before_after(("stage",), page["funnel"], "now_count")]
    parts += ["", "Workload: leads that need someone, by team"]
    parts += [render_before_after(("owner_team",), page["teams"], "lead_count")]
    parts += ["", "Workload: owners with the largest changes"]
    owners = ("owner", "owner_team")
    parts += [render_before_after(owners, page["owners"], "lead_count"), ""]
    moved = summary["moved_count"]
    if not moved:
        return "\n".join([*parts, f"Nothing moves, of {summary['lead_count']:,} leads"])
    shown = [render_move(row) for row in page["moves"][:SHOWN]]
    more = [f"  and {moved - SHOWN:,} more"] if moved > SHOWN else []
    parts += [f"Leads that move: {moved:,} of {summary['lead_count']:,}"]
    return "\n".join([*parts, *shown, *more])
