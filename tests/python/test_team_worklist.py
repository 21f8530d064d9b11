"""Who has to act on which lead, why, by when and how urgently, through real builds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from conftest import LEDGER, UNTESTED, Project

BUILD = ("build", "--select", "+team_worklist", "lead_history", *UNTESTED)
HEADER = "lead_id,funnel_stage,intent_score,created_at,last_engaged,sales_owner"
ACTIVITIES = "lead_id,occurred_at,activity_type,channel"
STAGE_CHANGES = "lead_id,stage,entered_at"
OLD = "2026-01-01"
TODAY = "2026-04-01"
SDRS = "SDRs / AEs"
CSM = "CSM / Account Managers"
STEADY = [
    f"sql,SQL,80,{OLD},2026-03-30,Ann",
    f"label,MQL,80,{OLD},{TODAY},",
    f"stale,SQL,80,{OLD},2026-02-20,",
    f"unscored,SQL,,{OLD},2026-03-31,",
    "unknown,Lead,,,,",
    "never,Lead,20,2026-03-01,,",
    f"cooling,MQL,50,{OLD},2026-02-15,",
    f"with_sales,SQL,20,{OLD},,",
    f"check_in,Customer,50,{OLD},2026-01-30,",
    # nobody is needed
    "came_30_days_ago,Lead,20,2026-03-02,,",
    f"fell,MQL,20,{OLD},2026-03-17,",
    f"nurtured,MQL,50,{OLD},2026-03-30,",
    f"happy,Customer,90,{OLD},2026-03-30,",
    f"lost,Disqualified,90,{OLD},2026-03-30,",
    # what the ledger is about
    f"promoted,MQL,50,{OLD},2026-03-30,",
    f"reopened,Disqualified,50,{OLD},2026-03-30,",
    f"tried,Lead,20,{OLD},2026-03-30,",
    f"owned,SQL,80,{OLD},2026-03-25,Ann",
    f"spared,Lead,20,{OLD},,",
]
FIRST = [f"moved,MQL,50,{OLD},2026-03-20,", f"won,SQL,80,{OLD},2026-03-20,"]
LATER = [f"moved,MQL,90,{OLD},2026-03-20,", f"won,Customer,80,{OLD},2026-03-20,"]
ENTRIES = [
    "901,2026-05-01T00:00:00Z,Ann,lead,promoted,stage,MQL,SQL,met her,",
    "903,2026-03-31T00:00:00Z,Bo,lead,reopened,stage,Disqualified,MQL,new budget,",
    "904,2026-03-31T00:00:00Z,Bo,lead,tried,track,Education,Reactivation,try again,",
    "905,2026-03-31T00:00:00Z,Bo,lead,owned,owner,Ann,Cy,Ann left,",
    "907,2026-03-31T00:00:00Z,Bo,lead,spared,track,Reactivation,Education,leave it,",
]
# team, rule, team before, priority, due on
EXPECTED = {
    "label": (SDRS, "take_over", "Marketing Ops", 50 + 80 + 25, None),
    "moved": (SDRS, "take_over", "Marketing Ops", 30 + 90 + 25, date(2026, 4, 2)),
    "sql": (SDRS, "call", None, 47 + 80, None),
    "promoted": (SDRS, "take_over", "Marketing Ops", 47 + 50 + 25, date(2026, 4, 2)),
    "owned": (SDRS, "call", None, 38 + 80, None),
    "stale": (SDRS, "call_to_rescue", None, 80, None),
    "unscored": (SDRS, "call", None, 48, None),
    "reopened": (
        *("Marketing Ops", "take_over", "Marketing", 47 + 50 + 25, date(2026, 4, 3)),
    ),
    "cooling": ("Marketing Ops", "write_to_win_back", None, 50, None),
    "tried": ("Marketing", "write_to_win_back", None, 47 + 20, None),
    "never": ("Marketing", "write_to_win_back", None, 20, None),
    "with_sales": ("Marketing", "ask_sales", None, 20 + 25, None),
    "unknown": ("Marketing", "score_it", None, 0, None),
    "won": (CSM, "take_over", SDRS, 30 + 80 + 25, date(2026, 4, 3)),
    "check_in": (CSM, "check_in", None, 50, None),
}
LIST = """
    select lead_id, owner_team, work_rule, handed_over_from, priority, due_on
    from team_worklist order by owner_team, list_position
"""


def build(project: Project, path: Path, as_of: str, **settings: str) -> None:
    given = {"leads_path": str(path), "as_of_date": as_of, **settings}
    result = project.dbt(*BUILD, **given)
    assert result.returncode == 0, result.stdout


def test_without_activities_clocks_run_only_from_moves_that_were_seen(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = write_csv(HEADER, *STEADY, *FIRST)
    build(project, path, as_of="2026-03-31")
    with (project.folder / LEDGER).open("a") as ledger:
        ledger.writelines(f"{line}\n" for line in ENTRIES)
    write_csv(HEADER, *STEADY, *LATER)
    build(project, path, as_of=TODAY)

    listed = [(lead_id, tuple(row)) for lead_id, *row in project.rows(LIST)]
    assert dict(listed) == EXPECTED
    # by priority, and each team from 1 on
    in_order = [lead_id for lead_id, (team, *_) in listed if team == SDRS]
    assert in_order == [each for each, (team, *_) in EXPECTED.items() if team == SDRS]
    assert not project.rows("select lead_id from team_worklist where is_late")

    said = dict(
        project.rows(
            "select lead_id, [what_to_do, why, sales_owner] from team_worklist"
        )
    )
    take_over = "Get in touch and agree on the next step"
    handed = "Handed over by Marketing{}: {}"
    assert said["promoted"] == [take_over, handed.format(" Ops", "Ann: met her"), None]
    assert said["reopened"] == [take_over, handed.format("", "Bo: new budget"), None]
    assert said["tried"] == [
        "Send a personal reactivation mail",
        "Bo: try again; the last engagement was 2 days ago",
        None,
    ]
    assert said["owned"] == [
        "Call or write personally and offer a meeting",
        "Intent 80 reaches the SQL bar of 70 and the last engagement was 7 days ago",
        "Cy",
    ]
    assert said["stale"][0] == "Call before the lead is lost"
    assert (
        said["never"][1]
        == "The lead is Dormant with stage Lead and has to be won back; "
        "no engagement of the lead is on record"
    )

    # once its stage's rhythm is over, a move is not taken over any more but worked on,
    # unless the CRM still has the lead behind; a customer's runs for 60 days
    build(project, path, as_of="2026-04-09")
    assert project.rows(
        "select lead_id, work_rule, due_on, is_late from team_worklist"
        " where lead_id in ('moved', 'won') order by lead_id"
    ) == [
        ("moved", "take_over", None, False),
        ("won", "take_over", date(2026, 4, 3), True),
    ]


def test_what_leads_ask_and_what_we_did_start_and_stop_the_clocks(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    acts = {
        "asked_today": ["2026-04-01T08:00:00Z,demo_requested,WhatsApp"],
        "asked_twice": [
            *("2026-04-01T07:00:00Z,demo_requested,", "2026-03-20,form_submitted,"),
        ],
        "wrote_back": [
            *("2026-03-31T09:00:00Z,mail_sent,", "2026-03-31T10:00:00Z,mail_replied,"),
        ],
        "asked_5_days_ago": ["2026-03-27T08:00:00Z,demo_requested,"],
        "moved": ["2026-03-25T08:00:00Z,page_viewed,"],
        "touched_long_ago": [
            *("2026-03-30T08:00:00Z,page_viewed,", "2026-03-20T08:00:00Z,call_made,"),
        ],
        "only_looked": ["2026-03-10T08:00:00Z,page_viewed,Email"],
        # nobody has to act
        "answered": [
            *(
                "2026-03-30T08:00:00Z,demo_requested,",
                "2026-03-31T09:00:00Z,mail_sent,",
            ),
        ],
        "met": ["2026-03-25,demo_requested,", "2026-03-31T09:00:00Z,meeting_held,"],
        "answered_that_day": [
            *("2026-03-31T10:00:00Z,form_submitted,", "2026-03-31,contact_logged,"),
        ],
    }
    leads = [f"{lead_id},SQL,80,{OLD},," for lead_id in acts]
    activities = [f"{lead_id},{act}" for lead_id, done in acts.items() for act in done]
    changes = ["moved,MQL,2026-01-05T10:00:00Z", "moved,SQL,2026-03-31T10:00:00Z"]
    build(
        project,
        write_csv(HEADER, *leads),
        as_of=TODAY,
        activities_path=str(write_csv(ACTIVITIES, *activities, name="acts.csv")),
        stage_changes_path=str(write_csv(STAGE_CHANGES, *changes, name="moves.csv")),
    )
    assert project.rows(
        "select lead_id, work, signal_points, fresh_points, intent_points,"
        " handover_points, due_on, is_late, channel from team_worklist"
        " order by list_position"
    ) == [
        ("asked_today", "Answer", 100, 50, 80, 0, date(2026, 4, 2), False, "WhatsApp"),
        # who asks again waits since the first time, and is fresh since the last
        ("asked_twice", "Answer", 100, 50, 80, 0, date(2026, 3, 23), True, None),
        ("wrote_back", "Answer", 97, 48, 80, 0, date(2026, 4, 1), False, None),
        ("asked_5_days_ago", "Answer", 83, 42, 80, 0, date(2026, 3, 30), True, None),
        ("moved", "Take over", 0, 38, 80, 25, date(2026, 4, 1), False, None),
        ("touched_long_ago", "Call", 0, 47, 80, 0, date(2026, 3, 27), True, None),
        ("only_looked", "Call", 0, 13, 80, 0, None, False, None),
    ]
    assert dict(project.rows("select lead_id, last_touched from leads"))["met"] == date(
        2026, 3, 31
    )


def test_a_fresher_signal_and_a_higher_intent_never_stand_lower(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    draw = random.Random(7)
    signals = ["demo_requested", "form_submitted", "mail_replied"]
    leads, activities = [], []
    now = datetime(2026, 4, 1, 12)
    for number in range(120):
        intent, hours = draw.randint(70, 99), draw.randint(25, 690)
        kind = draw.choice(signals)
        for name, score, age in (
            ("a", intent, hours),
            ("fresher", intent, hours - draw.randint(1, 24)),
            ("keener", intent + 1, hours),
            ("touched", intent, hours),
        ):
            lead_id = f"{name}_{number}"
            leads.append(f"{lead_id},SQL,{score},{OLD},,")
            asked = now - timedelta(hours=age)
            activities.append(f"{lead_id},{asked.isoformat()},{kind},")
        activities.append(f"touched_{number},2026-03-31T23:00:00,mail_sent,")
    build(
        project,
        write_csv(HEADER, *leads),
        as_of=TODAY,
        activities_path=str(write_csv(ACTIVITIES, *activities, name="acts.csv")),
    )
    place = dict(project.rows("select lead_id, list_position from team_worklist"))
    for number in range(120):
        assert place[f"fresher_{number}"] < place[f"a_{number}"], number
        assert place[f"keener_{number}"] < place[f"a_{number}"], number
        # who was answered yesterday and has said nothing since is not on the list
        assert f"touched_{number}" not in place


def test_a_lead_has_one_next_step_wherever_it_is_shown(built_project: Project) -> None:
    different = built_project.rows(
        """
        select lead_id, leads.next_step, shown.next_step
        from leads
        inner join (
            select lead_id, what_to_do as next_step from team_worklist
            union all
            select lead_id, next_step from opportunity_leads
            union all
            select lead_id, next_step from crm_updates_hubspot
            union all
            select lead_id, next_step from crm_updates_salesforce
        ) as shown using (lead_id)
        where shown.next_step is distinct from leads.next_step
        """
    )
    assert different == []
    # and a mail to win back is asked for only where that is the next step
    assert built_project.rows(
        "select distinct work from lead_prompts inner join leads using (lead_id)"
        " where prompt_name = 'reactivation_email'"
    ) == [("Win back",)]
