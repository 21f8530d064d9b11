"""Which policies are run side by side, with which hands, and on which rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from smartcrm.faults import Fault

from smartcrm.rules.candidate import build_beside
from smartcrm.rules.decisions import edited_since, read_manifest
from smartcrm.simulation.rules import Rules, read_rules
from smartcrm.simulation.simulate import Arm
from smartcrm.warehouse import built_warehouse

CANDIDATE = "what_if"
# what of a candidate only its comparison with today's leads asks for
UNUSED = ("funnel", "landmarks", "what_if")
WITHOUT_RULES = ("crm", "asked", "newest", "intent", "random", "oracle")
# how many times today's people who call the capacity curve looks at
SCALES = (0.5, 1, 1.5, 2, 3, 4)
# how far from today's threshold a sweep looks, in points of intent
STEPS = (-20, -10, 10, 20)
MOST_HANDS = 10_000


def read_teams(built: Path) -> dict[str, str]:
    """The team that owns each stage which is neither won nor lost, in their order."""
    with built_warehouse(built) as connection:
        return dict(
            connection.execute(
                "select stage, owner_team from lifecycle_stages where outcome is null"
                " order by stage_order desc"
            ).fetchall()
        )


def read_hands(text: str | None, teams: list[str]) -> dict[str, float]:
    """People by team, from words such as `SDRs / AEs=2,Marketing Ops=3`.

    A team that is not named has as many as none; without any words each has one.

    Raises:
        Fault: a team is unknown, a number is none, or there is nobody at all.
    """
    if text is None:
        return dict.fromkeys(teams, 1.0)
    hands = dict.fromkeys(teams, 0.0)
    for word in filter(None, (part.strip() for part in text.split(","))):
        team, _, count = (part.strip() for part in word.rpartition("="))
        if team not in hands:
            known = ", ".join(hands)
            raise Fault(
                f"HANDS: there is no team '{team or word}'; choose from {known}"
            )
        if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", count):
            raise Fault(f"HANDS: {word}: give a number of people, 0 to {MOST_HANDS:,}")
        if hands[team]:
            raise Fault(f"HANDS: {word}: {team} has people already; name it once")
        hands[team] = float(count)
    if not sum(hands.values()):
        raise Fault(
            "HANDS: with nobody to work no lead is touched; give a team people, such "
            f"as {teams[0]}=2"
        )
    return hands


def build_candidate(settings: dict[str, int]) -> Rules | None:
    """The candidate that the thresholds or the edited rules make, if there is any.

    Raises:
        Fault: it breaks a rule of the rules, or does not compile.
    """
    if not settings and not edited_since(read_manifest()):
        return None
    unused = (f"path:models/{folder}" for folder in UNUSED)
    build_beside(settings, "--exclude", *unused)
    return read_rules("candidate", CANDIDATE)


def compared(
    built: Path, hands: dict[str, float], candidate: Rules | None
) -> Iterator[Arm]:
    """The arms that stand side by side."""
    in_force = read_rules("in_force")
    caller = read_teams(built)["SQL"]
    bar = read_thresholds(built)["sql_min_intent"]
    people = hands[caller]
    yield Arm("in_force", hands, in_force, people, bar)
    if candidate is not None:
        yield Arm("candidate", hands, candidate, people)
    for policy in WITHOUT_RULES:
        yield Arm(policy, hands, in_force if policy == "intent" else None, people)


def curve(built: Path, hands: dict[str, float], *, is_sweep: bool) -> Iterator[Arm]:
    """The arms of the capacity curve: more and fewer people who call SQLs.

    With a sweep also other thresholds for who they are, as far as the order of the
    thresholds lets them.
    """
    in_force = read_rules("in_force")
    caller = read_teams(built)["SQL"]
    thresholds = read_thresholds(built)
    bar = thresholds["sql_min_intent"]
    least = max(thresholds["mql_min_intent"], thresholds["sql_keep_min_intent"])
    others = [bar + step for step in STEPS if least <= bar + step <= 100]
    every_rules = {bar: in_force} | {
        # read again, since the SQL names the schema that it decides in
        other: read_rules(f"sql_min_intent_{other}")._replace(
            thresholds={"sql_min_intent": other}
        )
        for other in (others if is_sweep else [])
    }
    today = hands[caller]
    crowds = {max(1.0, float(round(today * scale))) for scale in SCALES}
    for intent, rules in sorted(every_rules.items()):
        for people in sorted({*crowds, today, today + 1}):
            # today's rules and hands are already among the policies
            if (intent, people) != (bar, today):
                yield Arm(
                    policy="in_force",
                    hands=hands | {caller: people},
                    rules=rules,
                    people=people,
                    sql_min_intent=intent,
                    is_compared=False,
                )


def read_thresholds(built: Path) -> dict[str, int]:
    """The thresholds in force."""
    with built_warehouse(built) as connection:
        return dict(
            connection.execute(
                "select threshold, value from thresholds_in_force"
            ).fetchall()
        )
