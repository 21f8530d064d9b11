"""What other thresholds of SQL would have caught, and what they ask of a rep.

Each setting is decided by the views of the last build, in a transaction that is rolled
back: what stands in decision_context is what they decide by.
"""

from __future__ import annotations

import math

from smartcrm.faults import Fault

import duckdb

from smartcrm.pages.rendering import Parts, environment, read_parts
from smartcrm.progress import progress
from smartcrm.rules.what_if_report import (
    rate_in_words,
    render_scores,
    threshold_command,
    unscored,
)
from smartcrm.terminal import aligned, number, percent
from smartcrm.warehouse import Row, check_whole, database_path, read_rows, trial

SHOWN = 12
SWEPT = ("sql_min_intent", "sql_max_quiet_days")
SET = f"update decision_context set {', '.join(f'{name} = ?' for name in SWEPT)}"
EARLIER = "a file of stage changes that goes further back would tell (STAGE_CHANGES)"


def read_tuning(calls_per_rep: float) -> Parts:
    """What each setting comes to, and the best that asks no more of a rep in a week.

    Raises:
        Fault: the last build can't tell.
    """
    with trial() as connection:
        check_whole(connection, database_path())
        settings = settings_to_try(connection, calls_per_rep)
        for setting in progress(settings, len(settings), "Trying settings"):
            evaluate(connection, setting)
        return read_parts(connection, "pages/tuning.sql")


def settings_to_try(
    connection: duckdb.DuckDBPyConnection, calls_per_rep: float
) -> list[tuple[int, ...]]:
    """The settings, each a value for every threshold that is swept.

    Raises:
        Fault: the last build can't tell what one comes to.
    """
    connection.execute(
        "create temp table capacity as select cast(? as double) as most_calls",
        [calls_per_rep],
    )
    read_parts(connection, "pages/tuning.settings.sql")
    check(connection)
    settings = connection.execute(f"select {', '.join(SWEPT)} from settings")
    return settings.fetchall()


def evaluate(connection: duckdb.DuckDBPyConnection, setting: tuple[int, ...]) -> None:
    """Have the rules decide by a setting, and count what it comes to."""
    connection.execute(SET, setting)
    evaluation = environment().get_template("pages/tuning.evaluate.sql")
    connection.execute(evaluation.render())


def check(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise a Fault where there is nothing to judge a setting by."""
    (known,) = read_rows(
        connection,
        "select (select count(*) from landmarks) as landmark_count,"
        " (select message from model_quality where measure = 'outcomes')"
        " as known_outcomes,"
        " (select min(days_ago) from landmarks) as horizon_days,"
        " (select count(*) from landmark_decisions where intent_score is not null)"
        " as scored_count,"
        " count(*) as row_count, count(*) filter (is_won_within) as win_count,"
        " any_value(rep_count) as rep_count,"
        " any_value(touch_every_days) as touch_every_days"
        " from team left join outcomes on period = 'all'",
    )
    if not known["landmark_count"]:
        raise Fault(f"no threshold can be judged. {known['known_outcomes']}")
    if not known["win_count"]:
        raise Fault(
            f"no lead is known to have been won within {known['horizon_days']} days of "
            f"a landmark; {EARLIER}"
        )
    # those without an intent are decided alike by every setting
    if 2 * known["scored_count"] < known["row_count"]:
        raise Fault(f"no threshold of intent can be judged. {unscored(known)}")
    if known["touch_every_days"] is None:
        raise Fault("touch_every_days.SQL is not set, so no call is ever due")
    if not known["rep_count"]:
        raise Fault("no SQL has an owner, so there are no calls per rep to count")


def chosen(page: Parts) -> Row | None:
    """The setting that catches most within capacity; None where none is within it."""
    return next((row for row in page["settings"] if row["is_best"]), None)


def today(page: Parts) -> Row:
    """The setting in force."""
    return next(row for row in page["settings"] if row["is_today"])


def is_chance(best: Row, current: Row) -> bool:
    """Whether a setting catches more than today's, but no more than others would."""
    return best["win_count"] > current["win_count"] and not best["is_beyond_chance"]


def render_commands(page: Parts) -> list[str]:
    """The commands that log the chosen setting; none where nothing speaks for it."""
    best, current = chosen(page), today(page)
    if best is None or is_chance(best, current) or render_scores(page):
        return []
    return [
        threshold_command(name, best[name])
        for name in SWEPT
        if best[name] != current[name]
    ]


def render_candidate(page: Parts) -> list[str]:
    """The command that shows whom the chosen setting moves, if it moves anyone."""
    best, current = chosen(page), today(page)
    if best is None or best["is_today"]:
        return []
    changed = [f"{name}={best[name]}" for name in SWEPT if best[name] != current[name]]
    return [f'make what-if SET="{" ".join(changed)}"']


def named(row: Row) -> str:
    """A setting in words."""
    return f"intent {row['sql_min_intent']}, {row['sql_max_quiet_days']} days"


def render_result(row: Row) -> str:
    """What a setting catches and asks for, with its intervals."""
    return (
        f"catches {row['win_count']:,} of {row['all_win_count']:,} wins "
        f"({row['caught_lead_count']:,} of {row['won_lead_count']:,} leads), "
        f"{rate_in_words(row, 'caught_share')}, with "
        f"{number(row['calls_per_rep'])} calls per rep and week; "
        f"{rate_in_words(row)} of its leads were won"
    )


def render_sentences(page: Parts) -> list[str]:
    """The chosen setting beside today's, and how both did on later days."""
    (facts,) = page["facts"]
    best, current = chosen(page), today(page)
    calls = "call" if facts["capacity"] == 1 else "calls"
    capacity = f"{number(facts['capacity'])} {calls} per rep and week"
    todays = f"Today's, {named(current)}, {render_result(current)}"
    if best is None:
        least = page["settings"][0]
        return [
            f"No setting stays within {capacity}: the least is {named(least)}, with "
            f"{number(least['calls_per_rep'])}",
            todays,
        ]
    if best["is_today"]:
        first = f"Today's setting is the best within {capacity}: {named(best)}"
        return [first, f"It {render_result(best)}", *render_newer(page)]
    first = f"Best within {capacity}: {named(best)}"
    more, wins = best["win_count"] - current["win_count"], best["all_win_count"]
    if is_chance(best, current):
        first = f"No setting within {capacity} is better than today's beyond chance"
        first += f"; the one that catches most wins is {named(best)}"
    # only what asks for fewer calls than today's can be the best and catch no more
    if more < 0:
        margin = f"It misses {-more:,} more of {wins:,} wins, for fewer calls"
    elif more == 0:
        margin = "It catches as many wins as today's, for fewer calls"
    else:
        margin = (
            f"Of the leads that it adds, {rate_in_words(best, 'added_win_rate')} were "
            f"won, of all that today's leaves out {percent(best['left_out_win_rate'])}"
        )
        if best["dropped_count"]:
            margin += f", of those that it drops {percent(best['dropped_win_rate'])}"
    return [first, f"It {render_result(best)}", todays, margin, *render_newer(page)]


def render_newer(page: Parts) -> list[str]:
    """How a choice by older landmarks alone did on the newer ones, beside today's."""
    (facts,) = page["facts"]
    older = next((row for row in page["newer"] if row["is_chosen"]), None)
    if older is None:
        return ["On later days: too few landmarks with wins to choose by and judge on"]
    now = next(row for row in page["newer"] if row["is_today"])
    chosen_then = (
        f"On later days: chosen by landmarks until {facts['older_until']} alone, it "
        f"would be {named(older)}"
    )
    since = f"on those since {facts['newer_from']} that {render_result(older)}"
    if older["is_today"]:
        return [f"{chosen_then}, today's; {since}"]
    return [f"{chosen_then}; {since}. Today's {render_result(now)}"]


def render_notes(page: Parts) -> list[str]:
    """What the numbers are of, and what they can't tell."""
    (facts,) = page["facts"]
    rows, wins = facts["row_count"], facts["all_win_count"]
    return [
        f"{facts['setting_count']} settings of {SWEPT[0]} ({facts['least_intent']} to "
        f"{facts['most_intent']}) and {SWEPT[1]} ({facts['least_days']} to "
        f"{facts['most_days']}), as far as the order of the thresholds lets them.",
        f"Wins: of {rows:,} leads ({facts['past_lead_count']:,} different "
        f"ones) open at {facts['landmark_count']} landmarks, days of the past, the "
        f"{wins:,} ({facts['won_lead_count']:,} different ones) that were won within "
        f"{facts['horizon_days']} days. A slow win counts at each of them.",
        *(
            [
                f"The intent is known of {facts['scored_count']:,} of these {rows:,}; "
                "the others are decided alike by every setting."
            ]
            if facts["scored_count"] < rows
            else []
        ),
        f"Calls: today's SQLs, one call each in {facts['touch_every_days']} days, by "
        f"{facts['rep_count']} reps who have any. In the past there were more or fewer "
        "of both.",
        *render_scores(page),
        "A lead can stand at several landmarks, which the intervals (95%) allow for.",
        "This is association: those leads were treated by the rules of their time, and "
        "a call may be why one was won.",
        "The best of many settings looks better than it is; the check on later "
        "days, which it was not chosen by, does not.",
    ]


def render_table(page: Parts) -> str:
    """Settings that no other one beats, some of them if they are many, and today's."""
    heads = ("SQLs today", "calls per rep", "wins caught", "share", "won of its leads")
    frontier = [row for row in page["settings"] if row["is_on_frontier"]]
    step = math.ceil(len(frontier) / SHOWN)
    shown = [row for row in frontier if row in (*frontier[::step], frontier[-1])]
    rows = [["setting", *heads, ""]]
    for row in page["settings"]:
        flags = {"today": row["is_today"], "chosen": row["is_best"]}
        marks = [word for word, is_true in flags.items() if is_true]
        if marks or row in shown:
            rows.append(
                [
                    named(row),
                    f"{row['lead_count']:,}",
                    number(row["calls_per_rep"]),
                    f"{row['win_count']:,}",
                    percent(row["caught_share"]),
                    rate_in_words(row) if row["row_count"] else "-",
                    ", ".join(marks),
                ]
            )
    table = aligned(rows)
    if len(shown) == len(frontier):
        return table
    of_all = f"{len(shown)} of the {len(frontier)} settings that no other one beats"
    return f"{table}\n{of_all}; the page shows them all"


def render_text(page: Parts) -> str:
    """The report for the terminal."""
    first, *sentences = render_sentences(page)
    lines = [first, *(f"  {line}" for line in sentences), "", render_table(page)]
    return "\n".join([*lines, "", *(f"  {note}" for note in render_notes(page)), ""])
