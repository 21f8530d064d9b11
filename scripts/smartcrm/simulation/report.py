"""What a simulation came to, in words for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator

from smartcrm.pages.rendering import Parts
from smartcrm.simulation.simulate import BY_TEAM
from smartcrm.terminal import aligned, more_or_less, number, percent
from smartcrm.warehouse import Row

NAMES = {
    "in_force": "the rules in force",
    "candidate": "the candidate",
    "crm": "the CRM's own stage",
    "asked": "who asked last",
    "newest": "newest first",
    "intent": "highest intent first",
    "random": "at random",
    "oracle": "who knows the truth",
}
# what somebody without rules can do
SIMPLE = ("crm", "asked", "newest", "intent", "random")


def describe(page: Parts, settings: dict[str, int]) -> Parts:
    """The parts, with what they come to in words.

    Args:
        page: the parts of simulation.sql.
        settings: the candidate's thresholds.
    """
    page = {
        **page,
        "settings": [
            {"threshold": name, "value": value} for name, value in settings.items()
        ],
        "names": [
            {
                "policy": row["policy"],
                "name": NAMES[row["policy"]],
                "has_stages": row["policy"] in BY_TEAM,
            }
            for row in page["policies"]
        ],
    }
    page["sentences"] = [{"sentence": line} for line in render_sentences(page)]
    page["notes"] = [{"note": line} for line in render_notes(page)]
    return page


def listed(words: list[str]) -> str:
    """Words with commas between them, and an `and` before the last."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def people_in_words(people: float) -> str:
    """How many people."""
    return f"{number(people)} {'person' if people == 1 else 'people'}"


def between(row: Row, measure: str) -> str:
    """The interval of a mean in brackets; none where there is one world."""
    low, high = row[f"{measure}_low"], row[f"{measure}_high"]
    return "" if low is None else f" ({number(low)} to {number(high)})"


def more_in_words(row: Row, measure: str) -> str:
    """A difference in customers, its interval, and whether it is beyond noise."""
    value, low, high = (row[f"{measure}{end}"] for end in ("", "_low", "_high"))
    words = more_or_less(value, "customer") if value else "as many customers"
    if low is None:
        return words
    # what the interval says, before it was rounded
    is_beyond = row[
        "is_further_person_beyond_noise"
        if measure == "customers_per_further_person"
        else "is_beyond_noise"
    ]
    if low == high == 0:
        return f"{words} in each world"
    if low == high and not is_beyond:
        return f"{words} in each world, of which there are too few to tell"
    if low < 0 < high:
        interval = f"{number(-low)} fewer to {number(high)} more"
    else:
        interval = " to ".join(map(number, sorted((abs(low), abs(high)))))
    return f"{words} ({interval}), which is {'beyond' if is_beyond else 'within'} noise"


def render_sentences(page: Parts) -> list[str]:
    """What a manager wants to know first."""
    (facts,) = page["facts"]
    policies = {row["policy"]: row for row in page["policies"]}
    in_force, oracle = policies["in_force"], policies["oracle"]
    teams = [row for row in page["teams"] if row["policy"] == "in_force"]
    hands = listed(
        [
            f"{people_in_words(row['people'])} at {row['team']}"
            for row in teams
            if row["people"]
        ]
    )
    lines = [
        f"In {facts['day_count']:,} days the rules in force win "
        f"{number(in_force['customers'])} customers{between(in_force, 'customers')} of "
        f"{facts['lead_count']:,} leads, with {hands}"
    ]
    if "candidate" in policies:
        settings = [f"{row['threshold']}={row['value']}" for row in page["settings"]]
        candidate = f"With {listed(settings)}" if settings else "The edited rules"
        verb = "they win" if settings else "win"
        more = more_in_words(policies["candidate"], "more_customers")
        lines.append(f"{candidate} {verb} {more}")
    if in_force["share_of_oracle"] is not None:
        low, high = (in_force[f"share_of_oracle_{end}"] for end in ("low", "high"))
        share = percent(in_force["share_of_oracle"])
        share += "" if low is None else f" ({percent(low)} to {percent(high)})"
        lines.append(
            "A policy that knew the truth about each lead would win "
            f"{number(oracle['customers'])} with as many hands; the rules in force "
            f"reach {share} of that"
        )
    simple = next(row for row in page["policies"] if row["policy"] in SIMPLE)
    lines.append(
        f"Of the ways to choose whom to call without these rules, "
        f"{NAMES[simple['policy']]} does best, with "
        f"{more_in_words(simple, 'more_customers')}"
    )
    lines += [*render_next(page), *render_sweep(page)]
    if facts["world_count"] == 1:
        lines.append(
            "One world can't say how much of this is chance; run it with WORLDS=8"
        )
    return lines


def render_next(page: Parts) -> Iterator[str]:
    """What the next person who calls would bring, at today's threshold."""
    (facts,) = page["facts"]
    row = next(
        (
            row
            for row in page["capacity"]
            if row["sql_min_intent"] == facts["sql_min_intent"]
            and row["fewer_people"] == facts["people"]
        ),
        None,
    )
    if row is not None:
        is_one = row["people"] - row["fewer_people"] == 1
        each = "" if is_one else ", per further person"
        yield (
            f"From {number(row['fewer_people'])} to {people_in_words(row['people'])} "
            f"at {facts['caller_team']}{each}: "
            f"{more_in_words(row, 'customers_per_further_person')}"
        )


def render_sweep(page: Parts) -> Iterator[str]:
    """Which threshold is best for each number of people who call."""
    (facts,) = page["facts"]
    if not facts["is_swept"]:
        return
    today, team = facts["sql_min_intent"], facts["caller_team"]
    best = [row for row in page["capacity"] if row["is_best"]]
    unbeaten = [number(r["people"]) for r in best if r["sql_min_intent"] == today]
    for row in best:
        if row["sql_min_intent"] != today:
            yield (
                f"With {people_in_words(row['people'])} at {team}, sql_min_intent="
                f"{row['sql_min_intent']} wins most; against today's {today}: "
                f"{more_in_words(row, 'more_customers')}"
            )
    if unbeaten:
        people = "person" if unbeaten == ["1"] else "people"
        yield (
            f"With {listed(unbeaten)} {people} at {team}, no other threshold wins more "
            f"than today's {today}"
        )


def render_notes(page: Parts) -> list[str]:
    """What the numbers are of, and what they can't tell."""
    (facts,) = page["facts"]
    worlds, seed = facts["world_count"], facts["seed"]
    several = f"means of {worlds:,} worlds" if worlds > 1 else "of one world"
    notes = [
        f"All leads are synthetic, and so is what they do. The numbers are {several}, "
        f"{facts['lead_count']:,} leads in {facts['day_count']:,} days; seed {seed}.",
        "All policies meet the same leads and the same luck. A difference is beyond "
        "noise if its interval (95%, over worlds) does not hold 0; where all "
        "worlds agree, it takes six of them.",
        "How leads answer, wait, buy and turn away is assumed, each number in "
        "docs/simulation.md: a simulation says which of two policies wins more in such "
        "a world, not what next year brings.",
        "Such a world speaks the rules' language: leads buy by the very points that "
        "rules count, which flatters them beside the ways without rules.",
        *render_scores(facts),
        "Worlds begin empty, and leads that come in the last weeks have no time to "
        "buy: a team at work has more customers in a year.",
        "Touches are calls and answers; the days to the first are the median of the "
        "leads that were touched. Bought elsewhere are leads that another seller won, "
        "lost to silence those of them that never had an answer from us.",
    ]
    if facts["is_swept"]:
        notes.append(
            "The best of several thresholds looks better than it is; another seed, "
            f"such as SEED={seed + 1}, checks it."
        )
    return notes


def render_scores(facts: Row) -> Iterator[str]:
    """That no CRM scores the leads, and for how many of the build's one does."""
    scored, leads = facts["crm_scored_count"], facts["built_lead_count"]
    line = "No lead has a score of the CRM's: intent is what its activities come to."
    if scored:
        line += (
            f" Of the build's {leads:,} leads {scored:,} have such a score, which the "
            "rules go by there; a threshold of intent may work differently for them."
        )
    yield line


def signed(value: float | None) -> str:
    """A difference, with its sign."""
    size = number(value if value is None else abs(value))
    return size if size in "-0" else f"{'+' if value > 0 else '-'}{size}"


def difference(row: Row, measure: str) -> str:
    """A difference and its interval, for a table."""
    value, low, high = (row[f"{measure}{end}"] for end in ("", "_low", "_high"))
    interval = "" if low is None else f" ({signed(low)} to {signed(high)})"
    return f"{signed(value)}{interval}"


def render_policies(page: Parts) -> Iterator[str]:
    """The policies side by side: what they win, and what it takes."""
    rows = [["policy", "customers", "beside today's", "of the most"]]
    for row in page["policies"]:
        is_today = row["policy"] == "in_force"
        rows.append(
            [
                NAMES[row["policy"]],
                f"{number(row['customers'])}{between(row, 'customers')}",
                "-" if is_today else difference(row, "more_customers"),
                percent(row["share_of_oracle"]),
            ]
        )
    yield aligned(rows)
    columns = {
        "touches": "touches",
        "touches_per_customer": "per customer",
        "days_to_first_touch": "days to first",
        "never_touched": "untouched",
        "lost_to_silence": "silence",
        "bought_elsewhere": "elsewhere",
        "opted_out": "opted out",
    }
    rows = [["policy", *columns.values()]]
    for row in page["policies"]:
        rows.append([NAMES[row["policy"]], *(number(row[name]) for name in columns)])
    yield aligned(rows)


def render_teams(page: Parts) -> str:
    """How long the lists of the teams are."""
    rows = [["policy and team", "people", "leads on its list", "at most"]]
    for row in page["teams"]:
        rows.append(
            [
                f"{NAMES[row['policy']]}, {row['team']}",
                number(row["people"]),
                number(row["mean_listed"]),
                number(row["most_listed"]),
            ]
        )
    return aligned(rows)


def render_capacity(page: Parts) -> str:
    """What more and fewer people who call come to, and other thresholds for whom."""
    (facts,) = page["facts"]
    is_swept = facts["is_swept"]
    swept = ["sql_min_intent"] if is_swept else []
    beside = [f"beside {facts['sql_min_intent']}"] if is_swept else []
    heads = ["customers", *beside, "per further person", "touches", ""]
    rows = [[f"people at {facts['caller_team']}", *swept, *heads]]
    for row in page["capacity"]:
        is_todays = row["sql_min_intent"] == facts["sql_min_intent"]
        marks = {"today": row["is_today"], "most": row["is_best"] and is_swept}
        further = difference(row, "customers_per_further_person")
        rows.append(
            [
                number(row["people"]),
                *([str(row["sql_min_intent"])] if is_swept else []),
                f"{number(row['customers'])}{between(row, 'customers')}",
                *(["-" if is_todays else difference(row, "more_customers")] * is_swept),
                further,
                number(row["touches"]),
                ", ".join(word for word, is_true in marks.items() if is_true),
            ]
        )
    return aligned(rows)


def render_text(page: Parts) -> str:
    """The report for the terminal."""
    first, *sentences = (row["sentence"] for row in page["sentences"])
    tables = [*render_policies(page), render_teams(page), render_capacity(page)]
    notes = (f"  {row['note']}" for row in page["notes"])
    lines = [first, *(f"  {line}" for line in sentences), ""]
    return "\n".join([*lines, "\n\n".join(tables), "", *notes, ""])
