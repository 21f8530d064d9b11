"""What is decided about a lead: stage, health, track, work and its place on a list."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from reference.reading import Activity, Lead, Read, StageChange
from reference.values import DAY, SECOND, STAGES

# The rules that this was written from, by the first digits of their checksums. After an
# edit of a rule make it here, too, and take the new digits from what the test says.
RULES = {
    "activity_types": "bb092f1e515e",
    "decision_context": "4a5cdb5b7354",
    "decision_rules": "1b000e02f3fb",
    "decision_rules_in_force": "05fabdcca3aa",
    "intent_receipts": "5091fa711c30",
    "lead_signals": "90ba85cc59b2",
    "lead_work": "cbf7934a1ddf",
    "leads_with_feedback_flags": "f376a0e1a9c1",
    "leads_with_nurture_tracks": "2febef0db96f",
    "leads_with_overrides": "c3235437f89e",
    "leads_with_stages": "2c70133a1433",
    "leads_with_work": "2b6f2de1c6ab",
    "lifecycle_stages": "2c44f80ea6ea",
    "rule_numbers": "adf6fbcdaaf2",
    "service_levels": "db191a1e9c83",
    "service_levels_in_force": "d781f1854144",
    "thresholds": "f610e53443f2",
    "thresholds_in_force": "8c3ae61944b4",
}


class ActivityType(NamedTuple):
    """A row of the documents' list of activities."""

    by_lead: bool
    by_us: bool
    points: int
    half_life: int
    asks: bool
    meaning: str


# docs/decision_rules.md, What an activity is worth
ACTIVITY_TYPES = {
    name: ActivityType(by != "us", by != "lead", points, half_life, asks, meaning)
    for name, by, points, half_life, asks, meaning in [
        ("page_viewed", "lead", 2, 14, False, "Looked at a page of the website"),
        ("mail_opened", "lead", 1, 7, False, "Opened a mail"),
        ("mail_clicked", "lead", 5, 14, False, "Followed a link in a mail"),
        (
            *("content_downloaded", "lead", 10, 30, False),
            "Took a guide, a white paper or a price list",
        ),
        (
            *("form_submitted", "lead", 20, 30, True),
            "Sent a form and left a question or an address",
        ),
        ("webinar_attended", "lead", 20, 30, False, "Was at a webinar"),
        ("event_attended", "lead", 20, 45, False, "Was at a fair or an event of ours"),
        ("mail_replied", "lead", 20, 30, True, "Wrote a mail to us or answered one"),
        (
            *("message_received", "lead", 15, 30, True),
            "Wrote to us by chat, WhatsApp, SMS or LinkedIn",
        ),
        ("call_received", "lead", 25, 30, True, "Called us"),
        ("trial_started", "lead", 40, 30, True, "Began to try the product"),
        (
            *("demo_requested", "lead", 50, 30, True),
            "Asked for a demo or for a talk with sales",
        ),
        ("meeting_booked", "lead", 35, 30, True, "Chose a time to meet us"),
        ("call_answered", "both", 15, 30, False, "Talked to us when we called"),
        ("meeting_held", "both", 30, 45, False, "Met us"),
        ("mail_sent", "us", 0, 1, False, "We wrote a mail to this lead alone"),
        ("call_made", "us", 0, 1, False, "We called, whether or not anyone answered"),
        ("message_sent", "us", 0, 1, False, "We wrote by WhatsApp, SMS or LinkedIn"),
        ("meeting_proposed", "us", 0, 1, False, "We proposed to meet"),
        (
            *("contact_logged", "us", 0, 1, False),
            "The CRM says that we were in touch, but not how",
        ),
    ]
}
# The days that a team has: to answer or take over, and between two touches
ANSWER_WITHIN = {"Disqualified": 5, "Lead": 3, "MQL": 2, "SQL": 1, "Customer": 2}
TOUCH_EVERY = {"Disqualified": None, "Lead": 30, "MQL": 14, "SQL": 7, "Customer": 60}
TEAMS = {
    "Disqualified": "Marketing",
    "Lead": "Marketing",
    "MQL": "Marketing Ops",
    "SQL": "SDRs / AEs",
    "Customer": "CSM / Account Managers",
}
# Days of the week from Monday's 0; 1 January 1970 was a Thursday.
THURSDAY, SATURDAY = 3, 5
# A touch of which only the day is known counts to the last second of its day.
TOUCHED_FOR = DAY - SECOND
WORK = {
    "answer": "Answer",
    "left_the_funnel": "Wait",
    "take_over": "Take over",
    "wait_for_answer": "Wait",
    "ask_sales": "Ask",
    "call_to_rescue": "Rescue",
    "call": "Call",
    "check_in": "Check in",
    "check_in_again": "Check in",
    "customer_is_well": "Wait",
    "score_it": "Score",
    "write_to_win_back": "Win back",
    "nurtured": "Wait",
}


class Thresholds(NamedTuple):
    """docs/decision_rules.md, Thresholds in force."""

    mql_min_intent: int = 40
    sql_min_intent: int = 70
    sql_max_quiet_days: int = 30
    sql_keep_min_intent: int = 50
    sql_keep_max_quiet_days: int = 60
    active_max_days: int = 30
    stale_max_days: int = 90
    engaged_min_percent: int = 5
    scored_min_percent: int = 50
    work_answer_max_days: int = 30
    work_days_ahead: int = 2
    work_signal_points: int = 100
    work_fresh_points: int = 50
    work_fade_days: int = 30
    work_intent_points: int = 100
    work_handover_points: int = 25


class Signals(NamedTuple):
    """What a lead's activities come to."""

    intent: int | None = None
    engaged_on: int | None = None
    touched_on: int | None = None
    unanswered_at: int | None = None
    first_unanswered_at: int | None = None
    unanswered_signal: str | None = None
    unanswered_channel: str | None = None
    receipts: tuple[tuple[str, int, int], ...] = ()


class Decided(NamedTuple):
    """What `leads` says of a lead; days count from 1970, moments in microseconds."""

    lead_id: str
    funnel_stage: str
    company_size: str
    source: str
    engagement_channel: str
    sales_owner: str | None
    created_on: int | None
    intent_score: int | None
    intent_source: str | None
    last_engaged: int | None
    days_since_engaged: int | None
    last_touched: int | None
    stage_rule: str
    simulated_stage: str
    health_rule: str
    engagement_health: str
    track_rule: str
    nurture_track: str
    owner_team: str
    work_rule: str
    work: str
    channel: str | None
    due_on: int | None
    is_late: bool


class Listed(NamedTuple):
    """What `lead_work` says of a lead that needs someone."""

    lead_id: str
    owner_team: str
    work_rule: str
    handed_over_from: str | None
    list_position: int
    priority: int
    signal_points: int
    fresh_points: int
    intent_points: int
    handover_points: int
    waiting_since: int | None
    due_on: int | None
    is_late: bool


def worth(points: int, half_life: int, age: int) -> Decimal:
    """An activity's points after some days, to a thousandth."""
    exact = Decimal(points) * Decimal(0.5 ** (age / half_life))
    return exact.quantize(Decimal("0.001"), ROUND_HALF_UP)


def signals(done: Iterable[Activity], as_of: int, limits: Thresholds) -> Signals:
    """What a lead's activities of known types say on a day."""
    known = [
        (each, ACTIVITY_TYPES[each.activity_type])
        for each in done
        if each.activity_type in ACTIVITY_TYPES
    ]
    engaged = [each.occurred for each, kind in known if kind.by_lead]
    touched = [each.occurred for each, kind in known if kind.by_us]
    answered = [
        touch.at + (0 if touch.has_time_of_day else TOUCHED_FOR) for touch in touched
    ]
    asked = [
        (each, kind)
        for each, kind in known
        if kind.asks
        and as_of - each.occurred.day <= limits.work_answer_max_days
        and not (answered and each.occurred.at <= max(answered))
    ]
    receipts = [
        (each, points)
        for each, kind in known
        if kind.by_lead
        and (points := worth(kind.points, kind.half_life, as_of - each.occurred.day))
    ]
    total = sum((points for _, points in receipts), Decimal(0))
    # of two at the same moment the first by the name of its type, by the SQL
    newest = min(
        asked,
        key=lambda pair: (-pair[0].occurred.at, pair[0].activity_type),
        default=None,
    )
    return Signals(
        min(math.floor(total), 100) if engaged else None,
        max((each.day for each in engaged), default=None),
        max((each.day for each in touched), default=None),
        newest and newest[0].occurred.at,
        min((each.occurred.at for each, _ in asked), default=None),
        newest and newest[1].meaning,
        newest and newest[0].channel,
        tuple(
            sorted(
                (each.activity_type, each.occurred.at, int(points * 1000))
                for each, points in receipts
            )
        ),
    )


def stage_rule(
    on_record: str, intent: int | None, quiet: int | None, limits: Thresholds
) -> tuple[str, str]:
    """The first rule that holds, and its stage."""

    def within(days: int) -> bool:
        return quiet is not None and quiet <= days

    if on_record in ("Customer", "Disqualified"):
        return f"{on_record.lower()}_on_record", on_record
    if intent is None:
        if on_record == "SQL" and within(limits.sql_max_quiet_days):
            return "not_scored_sql", "SQL"
        if on_record in ("MQL", "SQL"):
            return "not_scored_mql", "MQL"
        return "not_scored", "Lead"
    if intent >= limits.sql_min_intent and within(limits.sql_max_quiet_days):
        return "sales_ready", "SQL"
    is_worth_keeping = intent >= limits.sql_keep_min_intent
    if (
        on_record == "SQL"
        and is_worth_keeping
        and within(limits.sql_keep_max_quiet_days)
    ):
        return "kept_by_sales", "SQL"
    if intent >= limits.sql_min_intent:
        return "cooled_off", "MQL"
    if intent >= limits.mql_min_intent:
        return "marketing_qualified", "MQL"
    return "not_yet_qualified", "Lead"


def health_rule(
    quiet: int | None, age: int | None, are_engagements_known: bool, limits: Thresholds
) -> tuple[str, str]:
    """The first rule that holds, and its health."""
    if quiet is None and not are_engagements_known:
        return "engagement_not_known", "Not known"
    if quiet is None and age is not None and age <= limits.active_max_days:
        return "came_recently", "Active"
    if quiet is None:
        return "never_engaged", "Dormant"
    if quiet <= limits.active_max_days:
        return "engaged_recently", "Active"
    if quiet <= limits.stale_max_days:
        return "going_quiet", "Stale"
    return "gone_quiet", "Dormant"


def track_rule(
    stage: str, stage_by: str, quiet: int | None, health: str
) -> tuple[str, str]:
    """The first rule that holds, and its track."""
    if stage == "Customer":
        return "customer", "Retention"
    if health == "Dormant" or stage == "Disqualified":
        return "win_back", "Reactivation"
    if stage == "SQL":
        return ("rescue" if health == "Stale" else "close"), "Conversion"
    if stage == "MQL" and health == "Stale":
        return "cooling_mql", "Reactivation"
    if stage_by == "cooled_off" and quiet is None:
        return "unheard_mql", "Reactivation"
    return "educate", "Education"


def last_move(changes: Iterable[StageChange]) -> tuple[str, str, int] | None:
    """From where to where a lead moved last, and on which day; None without a move.

    Of several stages at one moment the furthest is the last, and the first one is come
    to from Lead, as the unit test of lead_handovers says.
    """
    order = sorted(changes, key=lambda c: (c.entered.at, STAGES.index(c.stage)))
    befores = ["Lead", *(change.stage for change in order)]
    moves = [
        (after.entered.at, STAGES.index(after.stage), after.entered.day, before)
        for before, after in zip(befores, order, strict=False)
        if before != after.stage
    ]
    if not moves:
        return None
    _, reached, day, before = max(moves)
    return before, STAGES[reached], day


def decide(
    lead: Lead,
    said: Signals,
    move: tuple[str, str, int] | None,
    as_of: int,
    are_touches_known: bool,
    are_engagements_known: bool,
    are_scored: bool,
    limits: Thresholds,
) -> tuple[Decided, Listed]:
    """A lead's decisions, and its row of a list (without its place on it)."""
    crm_scored = lead.intent_score is not None
    intent = lead.intent_score if crm_scored else said.intent
    engaged = max(
        (day for day in (lead.last_engaged, said.engaged_on) if day is not None),
        default=None,
    )
    quiet = None if engaged is None else as_of - engaged
    age = None if lead.created_on is None else as_of - lead.created_on
    rule, stage = stage_rule(lead.funnel_stage, intent, quiet, limits)
    health_by, health = health_rule(quiet, age, are_engagements_known, limits)
    track_by, track = track_rule(stage, rule, quiet, health)
    team = TEAMS[stage]
    # the CRM has it with sales, where a deal may be open
    is_with_sales = lead.funnel_stage == "SQL" and stage in ("Lead", "MQL")
    clock = "SQL" if is_with_sales else stage
    touch_every = TOUCH_EVERY[clock]
    touched = None if said.touched_on is None else as_of - said.touched_on

    came_from = handed_over_on = None
    if move and move[1] == stage and STAGES.index(move[0]) < STAGES.index(stage):
        window = touch_every or 0
        if are_touches_known:
            window = max(window, limits.work_answer_max_days)
        if as_of - move[2] <= window:
            came_from, handed_over_on = move[0], move[2]
    if came_from is None and STAGES.index(stage) > STAGES.index(lead.funnel_stage):
        came_from = lead.funnel_stage
    handed_over_from = TEAMS[came_from] if came_from else None
    if handed_over_from == team:
        handed_over_from = None
    # nor does anybody take over, on a move that was not seen, who is to be won back
    if is_with_sales or (handed_over_on is None and track == "Reactivation"):
        handed_over_from = None
    is_open_handover = handed_over_from is not None and (
        said.touched_on < handed_over_on
        if said.touched_on is not None and handed_over_on is not None
        else touched is None or touch_every is None or touched >= touch_every
    )
    is_won = stage == "Customer"
    if said.unanswered_at is not None:
        work_by = "answer"
    elif stage == "Disqualified":
        work_by = "left_the_funnel"
    elif is_open_handover:
        work_by = "take_over"
    elif (
        touched is not None
        and touch_every is not None
        and touched + limits.work_days_ahead < touch_every
    ):
        work_by = "wait_for_answer"
    elif is_with_sales:
        work_by = "ask_sales"
    elif stage == "SQL":
        work_by = "call_to_rescue" if health == "Stale" else "call"
    elif is_won and health in ("Stale", "Dormant"):
        work_by = "check_in"
    elif is_won:
        work_by = "check_in_again" if touched is not None else "customer_is_well"
    elif intent is None and are_scored:
        work_by = "score_it"
    elif track == "Reactivation":
        work_by = "write_to_win_back"
    else:
        work_by = "nurtured"

    if work_by == "answer":
        waiting, days = said.first_unanswered_at // DAY, ANSWER_WITHIN[clock]
    elif work_by == "take_over":
        waiting, days = handed_over_on, ANSWER_WITHIN[clock]
    else:
        # for an SQL or a customer, where the CRM has the lead at that stage
        has_rhythm = stage in ("SQL", "Customer") and lead.funnel_stage == stage
        waiting, days = (said.touched_on if has_rhythm else None), touch_every
    due = waiting + days if waiting is not None and days is not None else None
    if due is not None and (weekday := (due + THURSDAY) % 7) >= SATURDAY:
        due += 7 - weekday
    is_late = due is not None and as_of > due
    usual = None if lead.engagement_channel == "None" else lead.engagement_channel
    channel = (
        "Email" if work_by == "write_to_win_back" else said.unanswered_channel or usual
    )

    unanswered = (
        None if said.unanswered_at is None else as_of - said.unanswered_at // DAY
    )
    parts = (
        faded(limits.work_signal_points, unanswered, limits),
        faded(limits.work_fresh_points, quiet, limits),
        half_up(limits.work_intent_points * (intent or 0), 100),
        limits.work_handover_points
        if is_open_handover or work_by == "ask_sales"
        else 0,
    )
    decided = Decided(
        lead.lead_id,
        lead.funnel_stage,
        lead.company_size,
        lead.source,
        lead.engagement_channel,
        lead.sales_owner,
        lead.created_on,
        intent,
        "crm" if crm_scored else None if intent is None else "activities",
        engaged,
        quiet,
        said.touched_on,
        rule,
        stage,
        health_by,
        health,
        track_by,
        track,
        team,
        work_by,
        WORK[work_by],
        channel,
        due,
        is_late,
    )
    listed = Listed(
        lead.lead_id,
        team,
        work_by,
        handed_over_from,
        0,
        sum(parts),
        *parts,
        waiting,
        due,
        is_late,
    )
    return decided, listed


def half_up(numerator: int, denominator: int) -> int:
    """A ratio rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def faded(points: int, age: int | None, limits: Thresholds) -> int:
    """Points of today, less of them each day and none after work_fade_days."""
    if age is None:
        return 0
    left = max(limits.work_fade_days - age, 0)
    return half_up(points * left, limits.work_fade_days)


def decide_all(
    read: Read, limits: Thresholds | None = None
) -> tuple[dict[str, Decided], dict[str, Listed], dict[str, Signals]]:
    """Every lead's decisions, the lists, and what activities come to."""
    limits = limits or Thresholds()
    done = by_lead(read.activities)
    changes = by_lead(read.stage_changes)
    said = {
        lead.lead_id: signals(done.get(lead.lead_id, ()), read.as_of, limits)
        for lead in read.leads
    }
    are_touches_known = any(
        kind.by_us
        for each in read.activities
        if (kind := ACTIVITY_TYPES.get(each.activity_type))
    )
    engaged = [
        lead.last_engaged is not None or said[lead.lead_id].engaged_on is not None
        for lead in read.leads
    ]
    least = limits.engaged_min_percent / 100
    are_engagements_known = sum(engaged) >= least * len(engaged)
    scored = [
        lead.intent_score is not None or said[lead.lead_id].intent is not None
        for lead in read.leads
    ]
    are_scored = 100 * sum(scored) >= limits.scored_min_percent * len(scored)
    decided: dict[str, Decided] = {}
    to_do: list[tuple[Decided, Listed]] = []
    for lead in read.leads:
        row, listed = decide(
            lead,
            said[lead.lead_id],
            last_move(changes.get(lead.lead_id, ())),
            read.as_of,
            are_touches_known,
            are_engagements_known,
            are_scored,
            limits,
        )
        decided[lead.lead_id] = row
        if row.work != "Wait":
            to_do.append((row, listed))

    def place(pair: tuple[Decided, Listed]) -> tuple[object, ...]:
        row, listed = pair
        signal = said[row.lead_id].unanswered_at
        return (
            -listed.priority,
            (signal is None, -(signal or 0)),
            (row.last_engaged is None, -(row.last_engaged or 0)),
            row.lead_id.encode(),
        )

    lists: dict[str, Listed] = {}
    counts: dict[str, int] = {}
    for row, listed in sorted(to_do, key=place):
        counts[row.owner_team] = counts.get(row.owner_team, 0) + 1
        lists[row.lead_id] = listed._replace(list_position=counts[row.owner_team])
    return decided, lists, said


def by_lead(records: Iterable[Activity | StageChange]) -> Mapping[str, list]:
    """Records by the lead that they are of."""
    found: dict[str, list] = {}
    for record in records:
        found.setdefault(record.lead_id, []).append(record)
    return found
