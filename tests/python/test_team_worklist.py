"""Who has to act on which lead, why and how urgently, through real builds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from conftest import LEDGER, UNTESTED, Project

BUILD = ("build", "--select", "+team_worklist", *UNTESTED)
HEADER = "lead_id,funnel_stage,intent_score,created_at,last_engaged,sales_owner"
OLD = "2026-01-01"
TODAY = "2026-04-01"
# an SQL's team has 3 days, an MQL's 14, a lead's 30 and a customer's 60
STEADY = [
    f"below,SQL,80,{OLD},2026-03-30,Ann",
    f"at,SQL,80,{OLD},2026-03-29,Ann",
    f"above,SQL,80,{OLD},2026-03-28,",
    f"label,MQL,80,{OLD},{TODAY},",
    f"unscored,SQL,,{OLD},2026-03-31,",
    "unknown,Lead,,,,",
    "never,Lead,20,2026-03-02,,",
    f"cooling,MQL,50,{OLD},2026-02-15,",
    f"fell,MQL,20,{OLD},2026-03-17,",
    f"check_in,Customer,50,{OLD},2026-01-30,",
    "gone,Customer,50,2025-01-01,2025-12-01,",
    # nobody is needed
    f"nurtured,MQL,50,{OLD},2026-03-30,",
    f"happy,Customer,90,{OLD},2026-03-30,",
    f"lost,Disqualified,90,{OLD},2026-03-30,",
    # what the ledger is about
    f"promoted,MQL,50,{OLD},2026-03-30,",
    f"unscored_sql,MQL,,{OLD},2026-03-30,",
    f"reopened,Disqualified,50,{OLD},2026-03-30,",
    f"tried,Lead,20,{OLD},2026-03-30,",
    f"owned,SQL,80,{OLD},2026-03-25,Ann",
    f"spared,Lead,20,{OLD},,",
]
FIRST = [f"moved,SQL,50,{OLD},2026-03-20,", f"won,SQL,80,{OLD},2026-03-20,"]
LATER = [f"moved,SQL,90,{OLD},2026-03-20,", f"won,Customer,80,{OLD},2026-03-20,"]
ENTRIES = [
    "901,2026-05-01T00:00:00Z,Ann,lead,promoted,stage,MQL,SQL,met her,",
    "902,2026-03-31T00:00:00Z,Ann,lead,unscored_sql,stage,MQL,SQL,asked for a call,",
    "903,2026-03-31T00:00:00Z,Bo,lead,reopened,stage,Disqualified,MQL,new budget,",
    "904,2026-03-31T00:00:00Z,Bo,lead,tried,track,Education,Reactivation,try again,",
    "905,2026-03-31T00:00:00Z,Bo,lead,owned,owner,Ann,Cy,Ann left,",
    "907,2026-03-31T00:00:00Z,Bo,lead,spared,track,Reactivation,Education,leave it,",
    # the person's newest word is about the owner, and says nothing of the stage
    "906,2026-03-31T00:00:00Z,Bo,lead,unscored_sql,owner,,Cy,Cy knows them,",
]
# team, rule, team before, days waiting, waiting points, priority
EXPECTED = {
    "above": ("SDRs / AEs", "sales_ready", None, 4, 100, 180),
    "at": ("SDRs / AEs", "sales_ready", None, 3, 100, 180),
    "below": ("SDRs / AEs", "sales_ready", None, 2, 67, 147),
    "label": ("SDRs / AEs", "sales_ready", "Marketing Ops", 0, 0, 105),
    "moved": ("SDRs / AEs", "sales_ready", "Marketing Ops", 0, 0, 115),
    "owned": ("SDRs / AEs", "sales_ready", None, 1, 33, 113),
    "promoted": ("SDRs / AEs", "sales_ready", "Marketing Ops", 0, 0, 75),
    "unscored": ("SDRs / AEs", "not_scored_sql", None, 1, 33, 33),
    "unscored_sql": ("SDRs / AEs", "sales_ready", "Marketing Ops", 0, 0, 25),
    "cooling": ("Marketing Ops", "cooling_mql", None, 45, 100, 150),
    "reopened": ("Marketing Ops", "win_back", "Marketing", 0, 0, 75),
    "fell": ("Marketing", "not_yet_qualified", "Marketing Ops", 15, 50, 95),
    "never": ("Marketing", "win_back", None, 30, 100, 120),
    "tried": ("Marketing", "win_back", None, 1, 3, 23),
    "unknown": ("Marketing", "not_scored", None, None, 0, 0),
    "check_in": ("CSM / Account Managers", "going_quiet", None, 61, 100, 150),
    "gone": ("CSM / Account Managers", "gone_quiet", None, 121, 100, 150),
    "won": ("CSM / Account Managers", "customer_on_record", "SDRs / AEs", 0, 0, 105),
}


def build(project: Project, path: Path, as_of: str) -> None:
    result = project.dbt(*BUILD, leads_path=str(path), as_of_date=as_of)
    assert result.returncode == 0, result.stdout


def test_every_lead_that_needs_someone_is_on_its_teams_list(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    path = write_csv(HEADER, *STEADY, *FIRST)
    build(project, path, as_of="2026-03-31")
    with (project.folder / LEDGER).open("a") as ledger:
        ledger.writelines(f"{line}\n" for line in ENTRIES)
    write_csv(HEADER, *STEADY, *LATER)
    build(project, path, as_of=TODAY)

    found = {
        lead_id: row
        for lead_id, *row in project.rows(
            "select lead_id, owner_team, work_rule, handed_over_from, days_waiting,"
            " waiting_points, priority from team_worklist"
        )
    }
    assert {lead_id: tuple(row) for lead_id, row in found.items()} == EXPECTED

    # the arithmetic is in the columns
    assert not project.rows(
        "select lead_id from team_worklist where priority is distinct from"
        " intent_points + waiting_points + handoff_points"
        " or handoff_points != case when is_handoff then 25 else 0 end"
        " or is_handoff != (handed_over_from is not null)"
    )
    assert project.rows(
        "select lead_id from team_worklist where is_breached order by lead_id"
    ) == [("above",), ("check_in",), ("cooling",), ("gone",)]
    lists: dict[str, list[str]] = {}
    for team, lead_id, position in project.rows(
        "select owner_team, lead_id, list_position from team_worklist"
        " order by owner_team, list_position"
    ):
        lists.setdefault(team, []).append(lead_id)
        assert position == len(lists[team])
    assert lists["SDRs / AEs"] == [
        # with the same priority, who waits longest
        *("above", "at", "below", "moved", "owned", "label"),
        *("promoted", "unscored", "unscored_sql"),
    ]

    said = dict(
        project.rows(
            "select lead_id, [what_to_do, why, sales_owner] from team_worklist"
        )
    )
    call = "Call or write personally and offer a meeting"
    mail = "Send a personal reactivation mail"
    assert said["promoted"] == [call, "Ann: met her", None]
    assert said["unscored_sql"] == [call, "Ann: asked for a call", "Cy"]
    assert said["reopened"] == [mail, "Bo: new budget", None]
    assert said["tried"] == [mail, "Bo: try again", None]
    assert said["owned"] == [
        call,
        "Intent 80 reaches the SQL bar of 70 and the last engagement was 7 days ago",
        "Cy",
    ]
    assert said["never"][:2] == [
        mail,
        "The lead is Dormant with stage Lead and has to be won back",
    ]
    assert said["check_in"][0] == "Check in before the lead goes cold"

    days = dict(
        project.rows("select lead_id, [waiting_since, due_on] from team_worklist")
    )
    assert days["below"] == [date(2026, 3, 30), date(2026, 4, 2)]
    assert days["moved"] == [date(2026, 4, 1), date(2026, 4, 4)]
    assert days["promoted"] == [date(2026, 5, 1), date(2026, 5, 4)]
    assert days["unknown"] == [None, None]

    # a move is a handoff until the service level is over; then the CRM's label counts
    build(project, path, as_of="2026-04-10")
    assert project.rows(
        "select lead_id, handed_over_from, days_waiting from team_worklist"
        " where lead_id in ('moved', 'won') order by lead_id"
    ) == [("moved", None, 9), ("won", "SDRs / AEs", 9)]
