"""What a candidate for the rules would change, as text for a terminal."""

from __future__ import annotations

from smartcrm.pages.rendering import Parts
from smartcrm.terminal import aligned, more_or_less, number, percent, plain
from smartcrm.warehouse import Row

DECISIONS = ("stage", "health", "track", "work")
SHOWN = 20
LOG = ".venv/bin/python scripts/log_logic_override.py"
LOGGED = '--by "NAME" --reason "WHY"'
# why a team's leads change by more than its workload
WORKLOAD = (
    "leads that need someone now, by team; the others wait, and their calls come later"
)
LANDMARKS = (
    "Landmarks are {landmark_count} days of the past that have had {horizon_days} days "
    "since.",
    "A lead can stand at several, which the intervals (95%) allow for.",
    "Before and after are rates of different leads; caught is of the same wins.",
)


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


def render_before_after(names: tuple[str, ...], rows: list[Row], column: str) -> str:
    """Counts before and after, one line per row."""
    lines = []
    for row in rows:
        before, after = row[f"{column}_before"], row[f"{column}_after"]
        change = f"{after - before:+,}" if after != before else ""
        name = ", ".join(plain(row[name]) for name in names)
        lines.append([name, f"{before:,}", "->", f"{after:,}", change])
    return aligned(lines)


def rate_in_words(row: Row, name: str = "win_rate") -> str:
    """A share, such as that of a group that was won, with its interval."""
    low, high = (percent(row[f"{name}_{side}"]) for side in ("low", "high"))
    return f"{percent(row[name])} ({low} to {high})"


def threshold_command(name: str, value: int) -> str:
    """The command that logs a threshold's new value."""
    return f"{LOG} threshold {name} {value} {LOGGED}"


def render_commands(page: Parts, settings: dict[str, int]) -> list[str]:
    """The commands that log the change; none where it changes nothing that is not."""
    thresholds = [
        threshold_command(row["threshold"], row["value"])
        for row in page["settings"]
        if row["threshold"] in settings
    ]
    edited = [row for row in page["changes"] if row["kind"] == "rules"]
    edited += [
        row
        for row in page["settings"]
        if row["threshold"] not in settings and not row["is_in_ledger"]
    ]
    # a rule whose text the database does not keep
    (summary,) = page["summary"]
    is_unseen = bool(summary["moved_count"]) and not page["changes"]
    logic = [f"{LOG} logic {LOGGED}"] if edited or is_unseen else []
    return [*thresholds, *logic]


def unscored(known: Row) -> str:
    """That no rule of intent can be judged by the past, and what would tell."""
    return (
        f"The intent is known of only {known['scored_count']:,} of "
        f"{known['row_count']:,} leads of the past; activities that go further back "
        "would tell (ACTIVITIES)"
    )


def render_outcomes(page: Parts, groups: dict[str, Row], stage: str) -> str:
    """What became of leads like those that a candidate moves, beside today's."""
    (landmarks,) = page["landmarks"]
    what = "what became of leads like these"
    if not landmarks["is_judged"]:
        rows = landmarks["row_count"]
        why = unscored(landmarks) if rows else landmarks["known_outcomes"]
        return f"{what} is not known. {why}"
    moved = [groups[name] for name in ("added", "dropped")]
    is_any_now = any(row["lead_count"] for row in moved)
    moved = [row for row in moved if row["lead_count"] or row["past_row_count"]]
    within = f"within {landmarks['horizon_days']} days"
    parts = []
    for row in moved:
        who = "leads like these" if len(moved) == 1 else f"those {row['lead_group']}"
        if not is_any_now:
            who = f"those that would be {row['lead_group']} at landmarks"
        if row["past_row_count"]:
            parts.append(f"of {who} {rate_in_words(row)} were won {within}")
        else:
            parts.append(f"none of {who} stood at a landmark")
    if groups["before"]["past_row_count"]:
        parts.append(f"of today's {stage} {rate_in_words(groups['before'])}")
    return ", ".join(parts)


def render_price(page: Parts) -> list[str]:
    """What the change would do, in a sentence for each stage whose leads change."""
    (landmarks,) = page["landmarks"]
    if not page["price"]:
        wins = ", and no win is caught or missed" if landmarks["is_judged"] else ""
        line = f"No lead enters or leaves a stage{wins}; {render_teams(page)}"
        return [line, *render_kept(page)]
    lines = []
    for groups in by_stage(page):
        before, after = groups["before"], groups["after"]
        stage = plain(before["stage"])
        # a stage before the last one hands its leads on
        is_last = before["is_last_stage"]
        where = f"for {before['owner_team']}" if is_last else f"at {stage} or beyond"
        added, dropped = (groups[name]["lead_count"] for name in ("added", "dropped"))
        if added and dropped:
            line = f"{added:,} more and {dropped:,} fewer leads {plain(where)}"
        elif added or dropped:
            line = f"{more_or_less(added or -dropped, 'lead')} {plain(where)}"
        else:
            line = f"Nobody enters or leaves {stage} today"
        is_recalled = before["calls_per_week"] != after["calls_per_week"]
        if added or dropped or is_recalled:
            line += calls_in_words(groups)
        if not any(
            groups[name][f"{each}_count"]
            for name in ("added", "dropped")
            for each in ("lead", "past_row")
        ):
            lines.append(line)
            continue
        todays = f"{stage}s" if is_last else f"{stage}s and beyond"
        lines.append(f"{line}; {render_outcomes(page, groups, todays)}")
        if wins := before["all_win_count"]:
            caught, earlier = after["win_count"], before["win_count"]
            line = f"  Wins caught at {stage}: {caught:,} of {wins:,}"
            line += (
                f" instead of {earlier:,}; missed: {wins - caught:,} instead of "
                f"{wins - earlier:,}"
                if caught != earlier
                else ", as many as before"
            )
            within = f"within {landmarks['horizon_days']} days of a landmark"
            lines.append(f"{line} (wins {within})")
    return lines + render_kept(page)


def render_teams(page: Parts) -> str:
    """Which teams have more or less to do now."""
    changes = [
        (row["lead_count_after"] - row["lead_count_before"], plain(row["owner_team"]))
        for row in page["teams"]
    ]
    words = [
        f"{more_or_less(change, 'lead')} for {team}"
        for change, team in changes
        if change
    ]
    if not words:
        return "no team has more or less to do now"
    return f"work due now: {', '.join(words)}"


def render_kept(page: Parts) -> list[str]:
    """What else changes for leads that do not move; nothing where nothing does."""
    (kept,) = page["kept"]
    names = {"owner": "owner", "due": "due date", "priority": "priority"}
    words = [
        f"another {name} for {kept[f'{one}_count']:,}"
        for one, name in names.items()
        if kept[f"{one}_count"]
    ]
    return [f"  Of the leads that stay: {', '.join(words)}"] if words else []


def by_stage(page: Parts) -> list[dict[str, Row]]:
    """The groups of each stage that leads enter or leave, by their names."""
    stages = dict.fromkeys(row["stage"] for row in page["price"])
    return [
        {row["lead_group"]: row for row in page["price"] if row["stage"] == stage}
        for stage in stages
    ]


def calls_in_words(groups: dict[str, Row]) -> str:
    """How many more or less calls that is, for each salesperson and for who stays."""
    calls = {name: row["calls_per_week"] for name, row in groups.items()}
    if None in calls.values():
        return ""
    change, reps = calls["after"] - calls["before"], groups["before"]["rep_count"]
    if change:
        text = f", {more_or_less(change, 'call')} a week"
        if reps > 1:
            text += f" ({number(abs(change) / reps)} for each of {reps:,} reps)"
    else:
        text = ", as many calls a week"
    # who stays there or beyond may be called as often as at another stage by now
    stay = round(change - (calls["added"] - calls["dropped"]), 3)
    if stay and (calls["added"] or calls["dropped"]):
        text += f", with {more_or_less(stay, 'call')} for those that stay there"
    return text


def render_price_table(page: Parts) -> list[str]:
    """Who enters and leaves a stage: their calls, and wins among leads like them."""
    heads = ("leads today", "calls a week", "per rep", "at landmarks", "won", "caught")
    lines = []
    for groups in by_stage(page):
        stage = groups["before"]["stage"]
        is_last = groups["before"]["is_last_stage"]
        rows = [[plain(stage if is_last else f"{stage} or beyond"), *heads]]
        for name, row in groups.items():
            won = rate_in_words(row) if row["past_row_count"] else "-"
            numbers = [number(row[f"calls_per_{each}"]) for each in ("week", "rep")]
            counts = [f"{row[f'{each}_count']:,}" for each in ("lead", "past_row")]
            caught = percent(row["caught_share"])
            rows.append([name, counts[0], *numbers, counts[1], won, caught])
        lines += ["", aligned(rows)]
    lines += [f"  {line}" for line in render_landmarks(page)] if lines else []
    return ["", "Calls and wins", *lines[1:]] if lines else []


def render_landmarks(page: Parts) -> list[str]:
    """How the wins of the past are counted; nothing where none are known."""
    (landmarks,) = page["landmarks"]
    if not landmarks["is_judged"]:
        return []
    return [*(line.format(**landmarks) for line in LANDMARKS), *render_scores(page)]


def render_scores(page: Parts) -> list[str]:
    """That the past has other scores than today's leads, where it matters."""
    (scores,) = page["scores"]
    return [f"{scores['message']}."] if scores["message"] else []


def render_moves(page: Parts) -> str:
    """The stages and the first leads that move, in a few lines."""
    (summary,) = page["summary"]
    moved, leads = summary["moved_count"], summary["lead_count"]
    if not moved:
        return "\n".join([*render_kept(page), render_unmoved(page)])
    lines = [render_matrix(page, "stage")] if summary["stage_moved_count"] else []
    lines += [render_move(row) for row in page["moves"][:3]]
    lines += [f"  and {moved - 3:,} more"] if moved > 3 else []
    counts = ", ".join(f"{one} {summary[f'{one}_moved_count']:,}" for one in DECISIONS)
    lines += [*render_kept(page), f"{moved:,} of {leads:,} leads move: {counts}"]
    return "\n".join(lines)


def render_unmoved(page: Parts) -> str:
    """That no lead moves, or that nothing at all does."""
    (summary,) = page["summary"]
    what = "No lead" if render_kept(page) else "Nothing"
    return f"{what} moves, of {summary['lead_count']:,} leads"


def in_words(row: Row) -> str:
    """What something was and is; of a new entry of the ledger what it says."""
    before, after = plain(row["content_before"]), plain(row["content_after"])
    is_new = row["kind"] == "ledger" and row["content_before"] is None
    return f"{after} (new)" if is_new else f"{before} -> {after}"


def render_text(page: Parts) -> str:
    """The report for the terminal."""
    (summary,) = page["summary"]
    changes = [f"  {plain(row['changed'])}: {in_words(row)}" for row in page["changes"]]
    parts = [*render_price(page), "", "Changed since the last good build"]
    parts += [*(changes or ["  nothing"]), *render_price_table(page)]
    moved = summary["moved_count"]
    if not moved:
        return "\n".join([*parts, "", render_unmoved(page)])
    for decision in DECISIONS:
        if summary[f"{decision}_moved_count"]:
            parts += ["", render_matrix(page, decision)]
    parts += ["", "Funnel: leads that stand at a stage or beyond"]
    parts += [render_before_after(("stage",), page["funnel"], "now_count")]
    parts += ["", f"Workload: {WORKLOAD}"]
    parts += [render_before_after(("owner_team",), page["teams"], "lead_count")]
    before, after = "lead_count_before", "lead_count_after"
    if owners := [row for row in page["owners"] if row[before] != row[after]]:
        parts += ["", "Workload: those by owner, the largest changes first"]
        parts += [render_before_after(("owner", "owner_team"), owners, "lead_count")]
    parts += [""]
    shown = [render_move(row) for row in page["moves"][:SHOWN]]
    more = [f"  and {moved - SHOWN:,} more"] if moved > SHOWN else []
    parts += [f"Leads that move: {moved:,} of {summary['lead_count']:,}"]
    return "\n".join([*parts, *shown, *more])
